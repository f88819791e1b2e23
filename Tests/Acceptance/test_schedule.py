"""The schedule as `serve` shows it: cron, the longest gap, flags of time."""

import time
from datetime import datetime, timedelta, timezone

import pytest

from support.faults import work_for_all

DAY = 86400


@pytest.mark.parametrize(("cron", "gap"), [
    ("*/5 * * * *", 300), ("0 * * * *", 3600), ("0 3 * * *", DAY), ("30 4 * * 1", 7 * DAY), ("0 9 1 * *", 31 * DAY),
    ("0 8 * * 1-5", 3 * DAY), ("0 8,20 * * *", DAY // 2), ("15 2-4 * * *", DAY - 2 * 3600),
])
def test_the_interval_is_the_longest_gap(workspace, cron, gap):
    work_for_all().write(workspace.database)
    workspace.configure({"schedule": {"cron": cron}})
    exposition = workspace.serve().scrape()
    assert exposition["jobsweep_schedule_interval_seconds"] == gap
    assert time.time() - 5 < exposition["jobsweep_next_run_timestamp_seconds"] <= time.time() + gap


def test_cron_is_in_utc(workspace):
    work_for_all().write(workspace.database)
    moment = datetime.now(timezone.utc) + timedelta(hours=5)
    workspace.configure({"schedule": {"cron": f"{moment.minute} {moment.hour} * * *", "first_run_after": "24h"}})
    serving = workspace.serve(env={"TZ": "America/New_York"})
    due = serving.scrape()["jobsweep_next_run_timestamp_seconds"]
    assert due == moment.replace(second=0, microsecond=0).timestamp()


def test_first_run_after(workspace):
    work_for_all().write(workspace.database)
    workspace.configure({"schedule": {"every": "1h", "first_run_after": "10m"}})
    exposition = workspace.serve().scrape()
    assert 590 < exposition["jobsweep_next_run_timestamp_seconds"] - time.time() <= 601


def test_a_run_missed_by_more_than_the_grace_is_a_misfire(workspace):
    """The sidecar is away for longer than the grace, and isn't to catch up: the due time is skipped and counted, and the next one holds."""
    work_for_all().write(workspace.database)
    workspace.configure({"schedule": {"every": "2s", "first_run_after": "1s", "misfire_grace": "1s", "catch_up": False}})
    serving = workspace.serve()
    before = serving.until_runs(1, "completed")
    assert serving.stop() == 0
    due = before["jobsweep_last_run_start_timestamp_seconds"] + 2 + 1
    while time.time() < due + 0.5:
        time.sleep(0.05)
    again = workspace.serve()
    exposition = again.until(lambda e: e.get("jobsweep_runs_skipped_total", reason="misfire") >= 1, "a misfire is counted")
    done = exposition.total("jobsweep_runs_total")
    assert again.until_runs(done + 1)["jobsweep_up"] == 1
    assert again.stop() == 0


def test_a_run_missed_within_the_grace_runs_late_once(workspace):
    work_for_all().write(workspace.database)
    workspace.configure({"schedule": {"every": "3s", "first_run_after": "1s", "misfire_grace": "5m"}})
    serving = workspace.serve()
    last = serving.until_runs(1, "completed")["jobsweep_last_run_start_timestamp_seconds"]
    assert serving.stop() == 0
    while time.time() < last + 7:  # two due times go by
        time.sleep(0.05)
    again = workspace.serve()
    exposition = again.until_runs(2, "completed", seconds=2.5)
    assert exposition.total("jobsweep_runs_total") == 2, "late, and once"
    assert exposition.get("jobsweep_runs_skipped_total", reason="misfire") == 0
    assert again.stop() == 0
