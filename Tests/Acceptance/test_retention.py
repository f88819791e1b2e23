"""How long finished jobs and downloads stay, in general, by status and by type."""

from dataclasses import replace
from datetime import timedelta

import pytest

from support.policy import Policy
from support.sweeping import DAY, HOUR, MINUTE, sweep
from support.timestamps import now
from support.world import World

AGES = (2, 6, 8, 20, 29, 31, 60, 89, 91, 400)


def every_kind_of_age():
    world, start = World(), now()
    for status in ("completed", "FAILED", "failed", "CANCELLED", "cancelled"):
        for job_type in ("sync", "export", "EXPORT", "my_own_type"):
            for age in AGES:
                world.job(start, status, type=job_type, completed=age * DAY)
    for age in AGES:
        world.download(start, age * DAY)
    return world


@pytest.mark.parametrize(("settings", "policy"), [
    ({"keep": "90d"}, {"keep_jobs": 90 * DAY}),
    ({"keep": "1w"}, {"keep_jobs": 7 * DAY}),
    ({"keep": "1h30m"}, {"keep_jobs": 90 * MINUTE}),
    ({"keep_by_status": {"failed": "90d"}}, {"keep_by_status": {"failed": 90 * DAY}}),
    ({"keep_by_status": {"failed": "7d", "cancelled": "1d12h"}}, {"keep_by_status": {"failed": 7 * DAY, "cancelled": 36 * HOUR}}),
    ({"keep_by_type": {"export": "7d"}}, {"keep_by_type": {"export": 7 * DAY}}),
    ({"keep_by_type": {"my_own_type": "1y"}}, {"keep_by_type": {"my_own_type": 365 * DAY}}),
    (
        {"keep": "30d", "keep_by_status": {"failed": "90d"}, "keep_by_type": {"export": "7d"}},
        {"keep_by_status": {"failed": 90 * DAY}, "keep_by_type": {"export": 7 * DAY}},
    ),
    (
        {"keep": "90d", "keep_by_status": {"failed": "3d"}, "keep_by_type": {"export": "7d"}},
        {"keep_jobs": 90 * DAY, "keep_by_status": {"failed": 3 * DAY}, "keep_by_type": {"export": 7 * DAY}},
    ),
])
def test_jobs(workspace, settings, policy):
    workspace.configure({"operations": {"old_jobs": settings}})
    sweep(workspace, every_kind_of_age(), policy=replace(Policy(), **policy))


def test_the_longest_wins_where_status_and_type_both_apply(workspace):
    """Spelled out row by row, beside the oracle."""
    workspace.configure({"operations": {"old_jobs": {"keep_by_status": {"failed": "90d", "cancelled": "3d"}, "keep_by_type": {"export": "7d"}}}})
    policy = replace(Policy(), keep_by_status={"failed": 90 * DAY, "cancelled": 3 * DAY}, keep_by_type={"export": 7 * DAY})
    world, start = World(), now()
    stays = [
        world.job(start, "failed", type="export", completed=89 * DAY),
        world.job(start, "cancelled", type="export", completed=6 * DAY),
        world.job(start, "completed", type="sync", completed=29 * DAY),
        world.job(start, "cancelled", type="sync", completed=2 * DAY),
    ]
    goes = [
        world.job(start, "failed", type="export", completed=91 * DAY),
        world.job(start, "cancelled", type="export", completed=8 * DAY),
        world.job(start, "completed", type="export", completed=8 * DAY),
        world.job(start, "cancelled", type="sync", completed=4 * DAY),
        world.job(start, "completed", type="sync", completed=31 * DAY),
    ]
    _, after = sweep(workspace, world, policy=policy)
    assert after["job"].keys() == set(stays) and len(goes) == 5


@pytest.mark.parametrize("days", [1, 60, 365])
def test_downloads(workspace, days):
    workspace.configure({"operations": {"old_downloads": {"keep": f"{days}d"}}})
    sweep(workspace, every_kind_of_age(), policy=replace(Policy(), keep_downloads=timedelta(days=days)))
