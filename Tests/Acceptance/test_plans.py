"""Stuck plans: every kind of job that a plan can name, and the order in which the operations run."""

import pytest

from support.sweeping import DAY, HOUR, MINUTE, sweep
from support.timestamps import now
from support.world import World


def draft(after, plan):
    return after["analysis_plan"][plan]["status"] == "DRAFT"


def test_every_kind_of_job(workspace):
    world, start = World(), now()
    stuck = [
        None, "", "gone", world.job(start, "completed", completed=DAY), world.job(start, "FAILED", completed=DAY),
        world.job(start, "cancelled", completed=DAY), world.job(start, "cancelling", age=MINUTE), world.job(start, "CANCELLING", age=MINUTE),
        world.job(start, "completed", completed=99 * DAY, completed_at=None),
    ]
    waiting = [
        world.job(start, status, age=age, heartbeat=MINUTE)
        for status in ("running", "RUNNING", "pending", "PENDING") for age in (2 * MINUTE, 2 * HOUR)
    ]
    waiting.append(world.job(start, "running", age=99 * DAY, started_at="never"))
    waiting.append(world.job(start, None, age=MINUTE))
    plans = {world.plan(start, job_id=job): True for job in stuck} | {world.plan(start, job_id=job): False for job in waiting}
    children = [world.change(plan) for plan in plans]
    _, after = sweep(workspace, world)
    assert {plan: draft(after, plan) for plan in plans} == plans
    assert after["plan_change"].keys() == set(children)


@pytest.mark.parametrize("progress", [40, 100])
def test_a_plan_whose_job_the_same_run_settles(workspace, progress):
    world, start = World(), now()
    job = world.job(start, "RUNNING", type="analysis", age=61 * MINUTE, heartbeat=11 * MINUTE, progress=progress)
    plan = world.plan(start, job_id=job)
    _, after = sweep(workspace, world)
    assert draft(after, plan) and after["job"][job]["status"] == ("COMPLETED" if progress == 100 else "FAILED")
    assert after["job"][job]["updated_at"] == after["analysis_plan"][plan]["updated_at"]


def test_a_plan_whose_job_the_same_run_deletes(workspace):
    world, start = World(), now()
    job = world.job(start, "completed", completed=31 * DAY)
    plan = world.plan(start, job_id=job)
    _, after = sweep(workspace, world)
    assert draft(after, plan) and job not in after["job"]
    assert after["analysis_plan"][plan]["job_id"] == job, "the plan keeps its job_id"


@pytest.mark.parametrize("only", [("stuck_plans",), ("stuck_plans", "old_jobs")])
def test_a_plan_waits_for_a_stale_job_that_the_run_was_not_to_settle(workspace, only):
    world, start = World(), now()
    plan = world.plan(start, job_id=world.job(start, "running", age=HOUR))
    _, after = sweep(workspace, world, only=only)
    assert not draft(after, plan)


def test_operations_keep_their_order_whatever_the_command_line_says(workspace):
    world, start = World(), now()
    plan = world.plan(start, job_id=world.job(start, "running", age=HOUR))
    _, after = sweep(workspace, world, only=("stuck_plans", "stale_jobs"))
    assert draft(after, plan)
