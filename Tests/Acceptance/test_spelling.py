"""Both spellings are understood and kept; anything else is somebody else's."""

import pytest

from support import reports
from support.sweeping import DAY, HOUR, sweep
from support.timestamps import now
from support.world import World


@pytest.mark.parametrize(("status", "progress", "settled"), [
    ("running", 99, "failed"), ("RUNNING", 99, "FAILED"), ("pending", 0, "failed"), ("PENDING", None, "FAILED"),
    ("running", 100, "completed"), ("RUNNING", 100, "COMPLETED"), ("pending", 100, "completed"), ("PENDING", 100, "COMPLETED"),
])
def test_a_settled_job_keeps_its_spelling(workspace, status, progress, settled):
    world, start = World(), now()
    job = world.job(start, status, age=HOUR, progress=progress, error="an older error", result='{"kept": true}')
    _, after = sweep(workspace, world)
    row = after["job"][job]
    assert row["status"] == settled
    assert (row["error"] is None) == (progress == 100)


def test_foreign_statuses_are_left_alone(workspace):
    world, start = World(), now()
    for status in ("cancelling", "CANCELLING", "Running", "Failed", "running ", " pending", "paused", "", None):
        world.job(start, status, age=99 * DAY)
        world.job(start, status, completed=99 * DAY)
    report, _ = sweep(workspace, world)
    assert reports.numbers(report) == dict.fromkeys(reports.NUMBERS, 0)


def test_finished_jobs_of_both_spellings_go(workspace):
    world, start = World(), now()
    for status in ("completed", "failed", "cancelled"):
        for spelled in (status, status.upper()):
            world.job(start, spelled, completed=31 * DAY)
            world.job(start, spelled, completed=29 * DAY)
    report, _ = sweep(workspace, world)
    assert report["old_jobs_deleted"] == 6


def test_ids_of_any_kind(workspace):
    world, start = World(), now()
    for ident in ("it's", '"; DROP TABLE job; --', "ünïcode-✓", "%_", "0", "", " ", "a" * 5000, "1e3", "NULL"):
        world.job(start, "completed", completed=99 * DAY, id=ident)
        world.job(start, "running", age=HOUR, id=ident + "#stale")
        world.history(ident)
        world.plan(start, job_id=ident)
    for ident in (-(2**63), -1, 0, 2**63 - 1):
        world.download(start, 99 * DAY, id=ident)
    report, _ = sweep(workspace, world)
    assert reports.numbers(report) == {"cleaned_jobs": 10, "old_jobs_deleted": 10, "old_downloads_deleted": 4, "stuck_plans_updated": 10}


def test_plan_statuses_are_upper_case(workspace):
    world, start = World(), now()
    for status in ("pending", "Pending", "PENDING ", "DRAFT", "REVIEWING", "APPLIED", "CANCELLED", "OTHER", "", None):
        world.plan(start, status=status)
    report, _ = sweep(workspace, world)
    assert report["stuck_plans_updated"] == 0
