"""Plans whose job may still come, and plans whose job is somebody else's."""

from datetime import timedelta

import pytest

from support.policy import Policy
from support.sweeping import DAY, HOUR, MINUTE, SECOND, sweep
from support.timestamps import FORMS, now
from support.world import World

FORM = FORMS["space, microseconds"]


def statuses(after, plans):
    return [after["analysis_plan"][plan]["status"] for plan in plans]


def test_a_plan_that_was_just_made_waits_for_its_job(workspace):
    world, start = World(), now()
    fresh = [
        world.plan(start, job_id=job, created_at=FORM(start - age), updated_at=FORM(start - age))
        for job in ("still to come", None) for age in (SECOND, 5 * MINUTE, 9 * MINUTE)
    ]
    fresh.append(world.plan(start, job_id="still to come", created_at=FORM(start - SECOND), updated_at=None))
    fresh.append(world.plan(start, job_id="still to come", updated_at=FORM(start - MINUTE)))
    stuck = [
        world.plan(start, job_id="gone", created_at=FORM(start - 11 * MINUTE), updated_at=FORM(start - 11 * MINUTE)),
        world.plan(start, job_id="gone", created_at=FORM(start - DAY), updated_at=None),
        world.plan(start, job_id="gone", created_at=None, updated_at=None),
    ]
    report, after = sweep(workspace, world)
    assert set(statuses(after, fresh)) == {"PENDING"} and set(statuses(after, stuck)) == {"DRAFT"}
    assert report["stuck_plans_updated"] == len(stuck)


@pytest.mark.parametrize(("setting", "grace"), [("0s", timedelta()), ("1m", MINUTE), ("3h", 3 * HOUR)])
def test_the_grace_is_a_setting(workspace, setting, grace):
    workspace.configure({"operations": {"stuck_plans": {"grace": setting}}})
    world, start = World(), now()
    ages = (SECOND, 5 * MINUTE, 2 * HOUR, 4 * HOUR)
    plans = [world.plan(start, created_at=FORM(start - age), updated_at=FORM(start - age)) for age in ages]
    _, after = sweep(workspace, world, policy=Policy(plan_grace=grace))
    assert statuses(after, plans) == ["DRAFT" if age >= grace else "PENDING" for age in ages]


def test_a_plan_touched_in_the_future_has_no_grace(workspace):
    world, start = World(), now()
    plan = world.plan(start, updated_at="2099-01-01 00:00:00")
    report, after = sweep(workspace, world)
    assert statuses(after, [plan]) == ["DRAFT"] and report["skipped"]["future"] == 1


@pytest.mark.parametrize("status", ["archived", "QUEUED", "Completed", "Running", "completed ", "", None, "done"])
def test_a_plan_whose_job_is_in_a_foreign_status_stays(workspace, status):
    world, start = World(), now()
    foreign = world.plan(start, job_id=world.job(start, status, age=DAY))
    stuck = [
        world.plan(start, job_id=world.job(start, own, age=DAY, completed=DAY))
        for own in ("completed", "FAILED", "cancelled", "cancelling", "CANCELLING")
    ]
    report, after = sweep(workspace, world)
    assert statuses(after, [foreign]) == ["PENDING"] and set(statuses(after, stuck)) == {"DRAFT"}
    assert report["skipped"]["unknown"] == 1


def test_what_cannot_be_read_is_no_reason_to_reset(workspace):
    """A plan whose last touch nobody can date may be a second old."""
    world, start = World(), now()
    plan = world.plan(start, updated_at="a while ago")
    undated = world.plan(start, created_at="a while ago", updated_at=None)
    long_ago = world.plan(start, created_at="a while ago")
    report, after = sweep(workspace, world)
    assert statuses(after, [plan, undated, long_ago]) == ["PENDING", "PENDING", "DRAFT"]
    assert report["skipped"]["unreadable"] == 2
