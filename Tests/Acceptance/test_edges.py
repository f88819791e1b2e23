"""The rules' edges one by one: limits, timestamp forms, spellings, unknown values, the order of the operations."""

import re
from datetime import timedelta

import pytest

from support import reports
from support.cli import moment
from support.oracle import decide
from support.policy import TIMEOUTS
from support.sweeping import DAY, HOUR, MINUTE, SECOND, sweep
from support.timestamps import FORMS, UNREADABLE, now
from support.world import World
from support.written import differences

def ladder(limit, around):
    """Ages a twentieth of a second apart on both sides of `limit`, seen from `around` ahead of now."""
    return [limit - around + timedelta(milliseconds=50 * step + 25) for step in range(-60, 61)]


def test_limits_to_the_millisecond(workspace):
    """Rows crowd both sides of every limit; which side each is on follows from the run's own `started_at`."""
    world, start, lead = World(), now(), 2 * SECOND
    for job_type in ("sync", "ANALYSIS", "unheard_of"):
        limit = TIMEOUTS.get(job_type.lower(), 30) * MINUTE
        for age in ladder(limit, lead):
            world.job(start, "running", type=job_type, age=age, heartbeat=HOUR)
    for age in ladder(10 * MINUTE, lead):
        world.job(start, "pending", age=3 * HOUR, heartbeat=age)
    for age in ladder(30 * DAY, lead):
        world.job(start, "completed", completed=age)
    for age in ladder(14 * DAY, lead):
        world.download(start, age)
    world.write(workspace.database)
    report = workspace.run()
    taken = moment(report["started_at"])
    earliest, latest = (decide(world.tables, taken + timedelta(milliseconds=m)) for m in (-1, 1))
    after = workspace.tables()
    for table in ("job", "handled_downloads"):
        for key, row in earliest.tables[table].items():
            if row == latest.tables[table].get(key):  # else it lies within a millisecond of a limit: either is right
                assert differences({table: {key: row}}, {table: {k: v for k, v in after[table].items() if k == key}}, taken) == []
    assert latest.alive <= report["skipped"]["alive"] <= earliest.alive
    assert all(earliest.numbers[n] <= report[n] + 1 and report[n] <= latest.numbers[n] + 1 for n in reports.NUMBERS)
    assert taken - start < 5 * SECOND, "the machine was too slow for this test to say much"


@pytest.mark.parametrize("job_type", [*TIMEOUTS, "non_ai_analysis", "test", "unheard_of", "SYNC_SCENES", "EXPORT"])
def test_every_types_timeout(workspace, job_type):
    world, start = World(), now()
    limit = TIMEOUTS.get(job_type.lower(), 30) * MINUTE
    over = limit + SECOND
    world.job(start, "running", type=job_type, age=over, heartbeat=HOUR)
    world.job(start, "PENDING", type=job_type, age=over, heartbeat=HOUR, started_at=None, created_at=FORMS["T, seconds, Z"](start - over - MINUTE))
    if job_type.lower() != "cleanup":  # a younger one is the application's own cleanup under way
        world.job(start, "RUNNING", type=job_type, age=limit - 30 * SECOND, heartbeat=HOUR)
        world.job(start, "pending", type=job_type, age=limit / 2, heartbeat=HOUR, started_at=None, created_at=FORMS["T, offset west"](start - limit / 2))
    report, _ = sweep(workspace, world)
    assert [d["timeout_minutes"] for d in report["cleaned_job_details"]] == [limit.total_seconds() / 60] * 2


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_timestamp_compares_as_a_moment(workspace, form):
    world, start, form = World(), now(), FORMS[form]
    for side in (-1, 1):
        for distance in (30 * SECOND, HOUR, 12 * HOUR, DAY):
            world.job(start, "completed", completed=30 * DAY + side * distance, form=form)
            world.download(start, 14 * DAY + side * distance, form=form)
    world.job(start, "running", age=31 * MINUTE, heartbeat=11 * MINUTE, form=form)
    world.job(start, "running", age=29 * MINUTE, heartbeat=11 * MINUTE, form=form)
    world.job(start, "running", age=31 * MINUTE, heartbeat=9 * MINUTE, form=form)
    world.plan(start, form=form)
    report, _ = sweep(workspace, world)
    assert reports.numbers(report) == {"cleaned_jobs": 1, "old_jobs_deleted": 4, "old_downloads_deleted": 4, "stuck_plans_updated": 1}


@pytest.mark.parametrize(("form", "written"), [
    ("space, microseconds", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}"),
    ("space, seconds", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"),
    ("T, seconds", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"),
    ("T, microseconds", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}"),
    ("T, seconds, Z", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    ("T, milliseconds, Z", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
    ("T, offset zero", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00"),
    ("T, offset east", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d"),
])
def test_what_is_written_has_the_columns_own_format(workspace, form, written):
    world, start = World(), now()
    for _ in range(3):
        world.job(start, "completed", completed=DAY, form=FORMS[form])
        world.plan(start, status="DRAFT", form=FORMS[form])
    stale = [world.job(start, status, age=2 * HOUR, form=FORMS[form]) for status in ("running", "PENDING")]
    plan = world.plan(start, form=FORMS[form])
    _, after = sweep(workspace, world)
    cells = {after["job"][job][column] for job in stale for column in ("completed_at", "updated_at")}
    assert len(cells) == 1, "one now of the run, everywhere"
    for cell in (*cells, after["analysis_plan"][plan]["updated_at"]):
        assert re.fullmatch(written, cell), cell


def test_an_empty_column_gets_the_applications_format(workspace):
    world, start = World(), now()
    job = world.job(start, "running", age=HOUR, updated_at=None)
    plan = world.plan(start, updated_at=None)
    _, after = sweep(workspace, world)
    for cell in (after["job"][job]["completed_at"], after["job"][job]["updated_at"], after["analysis_plan"][plan]["updated_at"]):
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?", cell), cell


@pytest.mark.parametrize("number", range(len(UNREADABLE)), ids=[ascii(value) for value in UNREADABLE])
def test_what_cannot_be_read_is_never_old(workspace, number):
    """The row stays, and readable neighbours go."""
    world, start, value = World(), now(), UNREADABLE[number]
    world.job(start, "running", age=9 * DAY, started_at=value)
    world.job(start, "running", age=9 * DAY, started_at=None, created_at=value)
    world.job(start, "running", age=9 * DAY, updated_at=value)
    world.job(start, "running", age=9 * DAY, created_at=value)
    world.job(start, "failed", completed=99 * DAY, completed_at=value)
    world.job(start, "failed", completed=99 * DAY, created_at=value, updated_at=value)
    world.download(start, DAY, timestamp=value)
    world.download(start, 99 * DAY)
    world.plan(start, updated_at=value)
    world.plan(start)
    report, _ = sweep(workspace, world)
    assert reports.numbers(report) == {"cleaned_jobs": 1, "old_jobs_deleted": 1, "old_downloads_deleted": 1, "stuck_plans_updated": 1}


def test_null_timestamps(workspace):
    world, start = World(), now()
    world.job(start, "completed", completed=99 * DAY, completed_at=None)
    world.job(start, "running", started_at=None, created_at=None, updated_at=None)
    world.job(start, "running", age=HOUR, updated_at=None)
    world.job(start, "running", age=HOUR, created_at=None)
    world.download(start, DAY, timestamp=None)
    report, _ = sweep(workspace, world)
    assert reports.numbers(report) == {"cleaned_jobs": 2, "old_jobs_deleted": 0, "old_downloads_deleted": 0, "stuck_plans_updated": 0}


def test_centuries_near_and_far(workspace):
    world, start = World(), now()
    for stamp in ("1990-01-01 00:00:00", "1992-02-29T00:00:00Z", "1999-12-31 23:59:59.999999", "2000-02-29 12:00:00"):
        world.job(start, "completed", completed=DAY, completed_at=stamp)
        world.download(start, DAY, timestamp=stamp)
    for stamp in ("9999-12-31 23:59:59", "2099-01-01T00:00:00+14:00", "1900-02-29 00:00:00", "1989-12-31 23:59:59", "1900-02-28T00:00:00Z"):
        world.job(start, "completed", completed=DAY, completed_at=stamp)
        world.download(start, DAY, timestamp=stamp)
    report, _ = sweep(workspace, world)
    assert (report["old_jobs_deleted"], report["old_downloads_deleted"]) == (4, 4)
