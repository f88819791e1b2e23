"""Every scenario, by the test file that holds it."""

from __future__ import annotations

from dataclasses import dataclass

from . import (
    application,
    availability,
    backlog,
    cleanup_errors,
    database,
    healthy,
    no_recent_success,
    operation_held,
    process,
    run_overdue,
    run_stuck,
    runs_failing,
    undo,
)
from .scenario import Scenario


@dataclass(frozen=True)
class TestFile:
    scenarios: list[Scenario]
    evaluation_interval: str = "1m"

    __test__ = False


FILES: dict[str, TestFile] = {
    "healthy": TestFile(healthy.SCENARIOS),
    "healthy-days": TestFile(healthy.SLOW_SCENARIOS, "20m"),
    "days": TestFile(no_recent_success.SLOW_SCENARIOS + database.SLOW_SCENARIOS, "30m"),
    "availability": TestFile(availability.SCENARIOS),
    "cleanup-errors": TestFile(cleanup_errors.SCENARIOS),
    "runs-failing": TestFile(runs_failing.SCENARIOS),
    "backlog": TestFile(backlog.SCENARIOS),
    "operation-held": TestFile(operation_held.SCENARIOS),
    "undo": TestFile(undo.SCENARIOS),
    "no-recent-success": TestFile(no_recent_success.SCENARIOS),
    "run-overdue": TestFile(run_overdue.SCENARIOS),
    "run-stuck": TestFile(run_stuck.SCENARIOS),
    "application": TestFile(application.SCENARIOS, "10m"),
    "database": TestFile(database.SCENARIOS, "5m"),
    "process": TestFile(process.SCENARIOS),
}
