"""Timeouts by type and the sign of life, as configured."""

from dataclasses import replace
from datetime import timedelta

import pytest

from support.policy import Policy
from support.sweeping import HOUR, MINUTE, sweep
from support.timestamps import FORMS, now
from support.world import World


def ages_of_many_types():
    world, start = World(), now()
    for job_type in ("sync", "analysis", "ANALYSIS", "generate_details", "export", "my_own_type", "unheard_of"):
        for minutes in (4, 9, 11, 14, 16, 19, 21, 29, 31, 44, 46, 59, 61, 89, 91, 300):
            world.job(start, "running", type=job_type, age=minutes * MINUTE, heartbeat=6 * HOUR)
    return world


@pytest.mark.parametrize(("settings", "timeouts", "default"), [
    ({"timeouts": {"analysis": "10m"}}, {"analysis": 10}, 30),
    ({"timeouts": {"my_own_type": "1h30m", "export": "20m"}}, {"my_own_type": 90, "export": 20}, 30),
    ({"default_timeout": "45m"}, {}, 45),
    ({"default_timeout": "10m", "timeouts": {"unheard_of": "300s"}}, {"unheard_of": 5}, 10),
])
def test_timeouts_by_type(workspace, settings, timeouts, default):
    """A type that the file does not name keeps its own timeout; the default is for types that have none."""
    workspace.configure({"operations": {"stale_jobs": settings}})
    both = Policy().timeouts | {name: timedelta(minutes=m) for name, m in timeouts.items()}
    sweep(workspace, ages_of_many_types(), policy=replace(Policy(), timeouts=both, default_timeout=timedelta(minutes=default)))


def heartbeats():
    world, start = World(), now()
    for heartbeat in (0.1, 1, 9, 11, 59, 61, 600):
        for status in ("running", "PENDING"):
            for form in ("space, microseconds", "T, offset west", "T, seconds, Z"):
                world.job(start, status, age=700 * MINUTE, heartbeat=heartbeat * MINUTE, form=FORMS[form])
    world.job(start, "running", age=HOUR, updated_at=None)
    return world


def test_a_heartbeat_a_minute_old_is_life(workspace):
    world, start = World(), now()
    alive = world.job(start, "running", age=9 * HOUR, heartbeat=MINUTE)
    dead = world.job(start, "running", age=9 * HOUR, heartbeat=11 * MINUTE)
    report, after = sweep(workspace, world)
    assert [detail["job_id"] for detail in report["cleaned_job_details"]] == [dead]
    assert after["job"][alive]["status"] == "running" and report["skipped"]["alive"] == 1


@pytest.mark.parametrize("grace", ["10m", "1h", "30s"])
def test_heartbeat_grace(workspace, grace):
    workspace.configure({"operations": {"stale_jobs": {"heartbeat_grace": grace}}})
    period = {"10m": 10 * MINUTE, "1h": HOUR, "30s": MINUTE / 2}[grace]
    report, _ = sweep(workspace, heartbeats(), policy=replace(Policy(), heartbeat_grace=period))
    assert report["skipped"]["alive"] > 0


@pytest.mark.parametrize("zero", ['"0s"', '"0"', "0"])
def test_no_grace_at_all(workspace, zero):
    workspace.configure(f"operations:\n  stale_jobs:\n    heartbeat_grace: {zero}\n")
    world = heartbeats()
    world.job(now(), "running", age=HOUR, updated_at="nobody reads this where no heartbeat counts")
    report, _ = sweep(workspace, world, policy=replace(Policy(), heartbeat_grace=timedelta()))
    assert report["skipped"]["alive"] == 0 and report["cleaned_jobs"] == len(world.jobs)
