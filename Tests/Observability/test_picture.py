"""The picture of the overview: a day with a failure and its recovery, as a real sidecar lived it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import grafana
from conftest import PROMETHEUS
from live import picture
from live.day import SCRAPE, Day
from live.monitoring import Prometheus
from live.process import eventually
from live.sidecar import RULE, Sidecar

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def day(jobsweep: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Prometheus, str]]:
    """A Prometheus that remembers the day, and the sidecar's name there."""
    directory = tmp_path_factory.mktemp("day")
    sidecar = Sidecar(jobsweep, directory / "sidecar", every="30m", timeout="5m")
    sidecar.configure(RULE)
    lived = Day(sidecar)
    try:
        lived.live()
    finally:
        sidecar.program.stop()
    prometheus = Prometheus(PROMETHEUS, directory / "prometheus", [], "127.0.0.1:9")
    prometheus.remember(lived.openmetrics(time.time()))
    try:
        prometheus.start()
        yield prometheus, sidecar.instance
    finally:
        prometheus.program.stop()


def test_the_picture_is_drawn(day, dashboards: list[grafana.Dashboard], tmp_path: Path):
    """The overview, laid out as Grafana does. `OVERVIEW_PICTURE=grafana/overview.png pytest ...` keeps it."""
    prometheus, instance = day
    (overview,) = [dashboard for dashboard in dashboards if dashboard.uid == "jobsweep-overview"]
    held = 'ALERTS{alertname="JobsweepOperationHeld",alertstate="firing"}'
    eventually("the alert of the operation that is held", 300, lambda: prometheus.query(held))
    runs = prometheus.query("sum by (status) (jobsweep_runs_total)")
    counted = {one["metric"]["status"]: int(one["value"][1]) for one in runs}
    assert counted == {"completed": 42, "failed": 5, "completed_with_errors": 2, "cancelled": 0}
    target = Path(os.environ.get("OVERVIEW_PICTURE", tmp_path / "overview.png"))
    drawn = picture.draw(overview, prometheus, instance, SCRAPE, target)
    assert drawn == len(overview.panels)
    assert target.stat().st_size > 50_000
