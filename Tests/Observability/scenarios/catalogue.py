"""Every scenario, by the test file that holds it."""

from __future__ import annotations

from dataclasses import dataclass

from . import application, availability, cleanup, database, healthy, process, schedule
from .scenario import Scenario


@dataclass(frozen=True)
class TestFile:
    scenarios: list[Scenario]
    evaluation_interval: str = "1m"

    __test__ = False


FILES: dict[str, TestFile] = {
    "healthy": TestFile(healthy.SCENARIOS),
    "healthy-days": TestFile(healthy.SLOW_SCENARIOS, "10m"),
    "days": TestFile(schedule.SLOW_SCENARIOS + database.SLOW_SCENARIOS, "10m"),
    "availability": TestFile(availability.SCENARIOS),
    "cleanup": TestFile(cleanup.SCENARIOS),
    "schedule": TestFile(schedule.SCENARIOS),
    "application": TestFile(application.SCENARIOS, "10m"),
    "database": TestFile(database.SCENARIOS, "5m"),
    "process": TestFile(process.SCENARIOS),
}
