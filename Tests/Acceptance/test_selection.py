"""Which operations run: `--only`, switched off by configuration, and both."""

import itertools

import pytest

from support import reports
from support.policy import OPERATIONS
from support.sweeping import DAY, HOUR, sweep
from support.timestamps import now
from support.world import World


def world_with_work_for_all():
    world, start = World(), now()
    world.job(start, "running", age=HOUR)
    world.history(world.job(start, "completed", completed=31 * DAY))
    world.download(start, 15 * DAY)
    world.plan(start)
    return world


@pytest.mark.parametrize("only", [c for n in (1, 2) for c in itertools.combinations(OPERATIONS, n)], ids=",".join)
def test_only(workspace, only):
    sweep(workspace, world_with_work_for_all(), only=only)


@pytest.mark.parametrize("disabled", OPERATIONS)
def test_switched_off_by_the_file(workspace, disabled):
    workspace.configure({"operations": {disabled: {"enabled": False}}})
    sweep(workspace, world_with_work_for_all(), disabled=(disabled,))


def test_switched_off_by_the_environment(workspace):
    world_with_work_for_all().write(workspace.database)
    report = workspace.run(env={"JOBSWEEP_OPERATIONS_OLD_JOBS_ENABLED": "false"})
    assert report["operations"] == ["stale_jobs", "old_downloads", "stuck_plans"]
    assert reports.numbers(report) == {"cleaned_jobs": 1, "old_jobs_deleted": 0, "old_downloads_deleted": 1, "stuck_plans_updated": 1}


def test_nothing_active_does_not_mean_nothing_to_do(workspace):
    world, start = World(), now()
    world.job(start, "completed", completed=31 * DAY)
    world.download(start, 15 * DAY)
    sweep(workspace, world)


def test_an_empty_database(workspace):
    report, _ = sweep(workspace, World())
    assert reports.numbers(report) == dict.fromkeys(reports.NUMBERS, 0)


def test_dry_run_is_preview(workspace):
    world_with_work_for_all().write(workspace.database)
    before = workspace.tables()
    dry, preview = workspace.run("--dry-run"), workspace.preview()
    assert workspace.tables() == before
    assert dry["dry_run"] is True and reports.numbers(dry) == reports.numbers(preview) == dict.fromkeys(reports.NUMBERS, 1)
