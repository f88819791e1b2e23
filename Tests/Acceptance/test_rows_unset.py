"""Times that are none: unset ones, signs of life from the future, and numbers of one unit."""

from datetime import timedelta

import pytest

from support import reports
from support.sweeping import DAY, HOUR, MINUTE, sweep
from support.timestamps import FORMS, UNSET, now
from support.world import World, snapshot

FORM = FORMS["space, microseconds"]


@pytest.mark.parametrize("unset", UNSET, ids=repr)
def test_an_unset_time_is_none(workspace, unset):
    """No such row is old by it; where another time counts instead, that one decides."""
    world, start = World(), now()
    kept = [
        world.job(start, "completed", completed=DAY, completed_at=unset),
        world.job(start, "running", age=12 * MINUTE, started_at=unset),
        world.job(start, "pending", age=12 * MINUTE, started_at=unset, updated_at=unset),
        world.job(start, "running", age=DAY, started_at=unset, created_at=unset),
    ]
    settled = [
        world.job(start, "running", age=2 * HOUR, started_at=unset),
        world.job(start, "running", age=2 * HOUR, updated_at=unset),
        world.job(start, "RUNNING", age=2 * HOUR, created_at=unset),
    ]
    download = world.download(start, DAY, timestamp=unset)
    plan = world.plan(start, created_at=unset, updated_at=unset)
    _, after = sweep(workspace, world)
    assert all(after["job"][job]["status"].lower() != "failed" for job in kept)
    assert all(after["job"][job]["status"].lower() == "failed" for job in settled)
    assert download in after["handled_downloads"] and after["analysis_plan"][plan]["status"] == "DRAFT"


def test_the_first_moment_that_counts(workspace):
    world, start = World(), now()
    job = world.job(start, "completed", completed=DAY, completed_at="1990-01-01 00:00:00")
    download = world.download(start, DAY, timestamp="1990-01-01T02:00:00+02:00")
    stay = world.job(start, "completed", completed=DAY, completed_at="1990-01-01T01:59:59+02:00")
    _, after = sweep(workspace, world)
    assert job not in after["job"] and download not in after["handled_downloads"] and stay in after["job"]


@pytest.mark.parametrize("beat", ["2099-01-01 00:00:00", "9999-12-31T23:59:59Z", timedelta(minutes=6), timedelta(hours=2), timedelta(days=300)])
def test_a_sign_of_life_from_the_future_is_none(workspace, beat):
    """The job is settled, the row is counted under its own reason, and somebody is told."""
    world, start = World(), now()
    moment = FORM(start + beat) if isinstance(beat, timedelta) else beat
    job = world.job(start, "running", age=3 * DAY, updated_at=moment)
    world.job(start, "running", age=3 * DAY, heartbeat=DAY)
    report, after = sweep(workspace, world)
    assert after["job"][job]["status"] == "failed" and report["skipped"]["future"] == 1


@pytest.mark.parametrize("beat", [timedelta(minutes=4), timedelta(seconds=1), timedelta()])
def test_clocks_that_differ_a_little(workspace, beat):
    world, start = World(), now()
    job = world.job(start, "running", age=3 * DAY, updated_at=FORM(start + beat))
    wrong = world.job(start, "running", age=3 * DAY, updated_at=FORM(start + HOUR))
    report, after = sweep(workspace, world)
    assert after["job"][job]["status"] == "running" and after["job"][wrong]["status"] == "failed"
    assert (report["skipped"]["alive"], report["skipped"]["future"]) == (1, 1)


def test_a_sign_of_life_from_the_future_is_warned_about(workspace):
    world, start = World(), now()
    world.job(start, "running", age=3 * DAY, updated_at="2099-01-01 00:00:00", id="from-the-future")
    world.write(workspace.database)
    for command in ("preview", "run"):
        said = workspace.command(command).exits(0).said
        assert "future" in said, said


def test_a_fresh_job_with_a_beat_from_the_future_is_nobodys_business(workspace):
    world, start = World(), now()
    world.job(start, "running", age=MINUTE, updated_at="2099-01-01 00:00:00")
    world.job(start, "running", age=3 * DAY, updated_at="2099-01-01 00:00:00")
    report, _ = sweep(workspace, world)
    assert (report["cleaned_jobs"], report["skipped"]["future"]) == (1, 1)


def in_unit(per_second, fraction=False):
    def form(moment):
        number = moment.timestamp() * per_second
        return number if fraction else int(number)

    return form


UNITS = {"seconds": in_unit(1), "fractions": in_unit(1, True), "milliseconds": in_unit(1000), "microseconds": in_unit(1_000_000)}


@pytest.mark.parametrize("indexed", [True, False], ids=["indexed", "not indexed"])
@pytest.mark.parametrize("unit", UNITS)
def test_numbers_of_one_unit_are_times(workspace, unit, indexed):
    """What jobsweep writes is a number of the same unit."""
    world, start, form = World(), now(), UNITS[unit]
    for days in (1, 29, 31, 400):
        world.job(start, "completed", completed=days * DAY, form=form, id=f"done {days}")
        world.download(start, days * DAY / 2, form=form)
    for ident, age, beat in (("stale", HOUR, HOUR), ("alive", HOUR, MINUTE), ("young", MINUTE, HOUR)):
        world.job(start, "running", age=age, heartbeat=beat, form=form, id=ident)
    world.job(start, "completed", completed=DAY, completed_at=0, form=form, id="unset")
    world.job(start, "completed", completed=DAY, completed_at=UNITS["milliseconds" if unit != "milliseconds" else "seconds"](start - 99 * DAY) // 7, form=form, id="odd")
    world.plan(start, form=form)
    world.write(workspace.database)
    if not indexed:
        workspace.execute("".join(f"DROP INDEX {name[0]};" for name in workspace.query("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")))
    preview, report = workspace.preview(), workspace.run()
    assert reports.numbers(preview) == reports.numbers(report)
    assert reports.numbers(report) == {"cleaned_jobs": 1, "old_jobs_deleted": 2, "old_downloads_deleted": 3, "stuck_plans_updated": 1}, report
    assert report["skipped"]["alive"] == 1 and report["skipped"]["unreadable"] == 1
    jobs = snapshot(workspace.database)["job"]
    assert sorted(jobs) == ["alive", "done 1", "done 29", "odd", "stale", "unset", "young"]
    for column in ("completed_at", "updated_at"):
        written = jobs["stale"][column]
        assert type(written) is type(form(start)), written
        assert abs(written - form(now())) < form(now()) - form(now() - 10 * MINUTE)


@pytest.mark.parametrize("others", ["milliseconds", "microseconds", "text"])
def test_numbers_that_disagree_are_no_times(workspace, others):
    """An application that changed its unit, or from numbers to text: nobody guesses which row means what."""
    world, start = World(), now()
    form = FORM if others == "text" else UNITS[others]
    for days in (100, 200):
        world.job(start, "completed", completed=days * DAY, form=UNITS["seconds"])
    for days in (1, 50):
        world.job(start, "completed", completed=days * DAY, form=form)
    world.write(workspace.database)
    report = workspace.run("--only", "old_jobs")
    assert report["old_jobs_deleted"] == (1 if others == "text" else 0)
    assert report["skipped"]["unreadable"] == (2 if others == "text" else 4)
