"""Applications that write their own local time."""

import re
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from support import reports
from support.cli import moment
from support.oracle import decide
from support.policy import Policy
from support.sweeping import DAY, HOUR, MINUTE
from support.timestamps import UTC, now
from support.world import World
from support.written import differences

ZONES = ["America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Auckland", "Africa/Casablanca", "Europe/Dublin", "UTC"]


def local(zone, separator=" ", fraction=True):
    def form(at):
        return at.astimezone(zone).strftime(f"%Y-%m-%d{separator}%H:%M:%S{'.%f' if fraction else ''}")

    return form


def zone_of(name):
    match = re.fullmatch(r"([+-])(\d\d):?(\d\d)", name)
    if not match:
        return ZoneInfo(name)
    return timezone(timedelta(hours=int(match[2]), minutes=int(match[3])) * (1 if match[1] == "+" else -1))


@pytest.mark.parametrize("name", [*ZONES, "-08:00", "+0530"])
def test_times_without_an_offset_are_in_the_configured_zone(workspace, name):
    """What lives stays, what is dead or old goes, and what jobsweep writes is local too."""
    zone = zone_of(name)
    workspace.configure({"time_zone": name})
    world, start, form = World(), now(), local(zone)
    live = world.job(start, "running", age=3 * HOUR, heartbeat=MINUTE, form=form)
    young = world.job(start, "pending", age=20 * MINUTE, heartbeat=20 * MINUTE, form=form)
    dead = world.job(start, "running", age=HOUR, heartbeat=HOUR, form=form)
    for distance in (-DAY, -HOUR, -5 * MINUTE, 5 * MINUTE, HOUR, DAY):
        world.job(start, "completed", completed=30 * DAY + distance, form=form)
        world.download(start, 14 * DAY + distance, form=local(zone, "T", False))
    for distance in (-HOUR, HOUR):
        world.job(start, "completed", completed=30 * DAY + distance, form=lambda at: at.astimezone(zone).isoformat())
    world.plan(start, form=form)
    report, after = sweep_in(workspace, world, zone)
    assert reports.numbers(report) == {"cleaned_jobs": 1, "old_jobs_deleted": 4, "old_downloads_deleted": 3, "stuck_plans_updated": 1}
    assert [after["job"][job]["status"] for job in (live, young, dead)] == ["running", "pending", "failed"]
    written = datetime.fromisoformat(after["job"][dead]["completed_at"]).replace(tzinfo=zone)
    assert abs(written - moment(report["started_at"])) < timedelta(milliseconds=2)


def sweep_in(workspace, world, zone):
    """As `sweep`, where what is written is local as well."""
    world.write(workspace.database)
    preview, report = workspace.preview(), workspace.run()
    taken = moment(report["started_at"])
    outcome, after = decide(world.tables, taken, Policy(zone=zone)), workspace.tables()
    reports.check(preview, decide(world.tables, moment(preview["started_at"]), Policy(zone=zone)), dry_run=True)
    reports.check(report, outcome)
    assert differences(outcome.tables, after, taken.astimezone(zone).replace(tzinfo=UTC)) == []
    return report, after


def changes_of_the_clock(zone):
    """The last moments at which the zone's clock was changed, by looking at each hour of the last two years."""
    hour = now().replace(minute=0, second=0, microsecond=0)
    hours = [hour - i * HOUR / 2 for i in range(24 * 2 * 730)]
    return [later for later, earlier in zip(hours, hours[1:]) if later.astimezone(zone).utcoffset() != earlier.astimezone(zone).utcoffset()]


@pytest.mark.parametrize("indexed", [True, False], ids=["indexed", "not indexed"])
@pytest.mark.parametrize("name", ["America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe", "Europe/Dublin", "Africa/Casablanca", "America/Santiago"])
def test_the_hours_in_which_the_clock_is_changed(workspace, name, indexed):
    """The cutoff lies in them, rows lie around it, also at times that the clock showed twice or never: the later moment counts."""
    zone = ZoneInfo(name)
    for change in changes_of_the_clock(zone)[:2]:
        world, start = World(), now()
        cutoff = change + timedelta(minutes=17)
        keep = int((start - cutoff).total_seconds())
        civil = change.astimezone(zone).replace(tzinfo=None)
        for step in range(-300, 300):
            text = f"{civil + step * timedelta(minutes=1, seconds=7):%Y-%m-%d %H:%M:%S}"
            world.download(start, DAY, timestamp=text)
        if workspace.database.exists():
            workspace.database.unlink()
        world.write(workspace.database, "delete")
        if indexed:
            workspace.execute("CREATE INDEX ix ON handled_downloads (timestamp)")
        workspace.configure({"time_zone": name, "operations": {"old_downloads": {"keep": f"{keep}s"}}})
        policy = Policy(zone=zone, keep_downloads=timedelta(seconds=keep))
        before = workspace.preview("--only", "old_downloads")
        report = workspace.run("--only", "old_downloads")
        taken = moment(report["started_at"])
        sides = [decide(world.tables, taken + timedelta(milliseconds=m), policy) for m in (-1, 1)]
        after = workspace.tables()
        assert any(differences({"handled_downloads": side.tables["handled_downloads"]}, after, taken) == [] for side in sides)
        assert 50 < report["old_downloads_deleted"] < 550 and abs(before["old_downloads_deleted"] - report["old_downloads_deleted"]) <= 3


@pytest.mark.parametrize("wrong", ["Mars/Phobos", "Europe/Berln", "../../etc/passwd", "+25:00", "8"])
def test_a_zone_that_is_none_is_refused(workspace, wrong):
    World().write(workspace.database)
    workspace.configure({"time_zone": wrong})
    said = workspace.command("run").exits(2).said
    assert "time_zone" in said and wrong in said, said


def local_world(offset, age=timedelta(seconds=20)):
    """A job that began twenty minutes ago and was touched a moment ago, by a clock that is off."""
    world, start = World(), now()
    zone = timezone(offset)
    world.job(start, "running", age=20 * MINUTE, heartbeat=age, form=local(zone, fraction=False))
    world.job(start, "completed", completed=2 * DAY, form=local(zone, fraction=False))
    return world


@pytest.mark.parametrize(("hours", "said_as"), [(-8, "-08:00"), (2, "+02:00"), (5.5, "+05:30"), (-3.5, "-03:30"), (12, "+12:00"), (5.75, "+05:45")])
def test_local_time_is_noticed(workspace, hours, said_as):
    """`check` and `preview` say which setting to write; with it there is nothing more to say, and the job lives."""
    local_world(timedelta(hours=hours)).write(workspace.database)
    for command in ("check", "preview"):
        said = workspace.command(command).said
        (line,) = [line for line in said.splitlines() if "time_zone" in line]
        assert said_as in line and "job" in line, said
    workspace.configure({"time_zone": said_as})
    for command in ("check", "preview"):
        assert "time_zone" not in workspace.command(command).exits(0).said
    assert workspace.run()["cleaned_jobs"] == 0


@pytest.mark.parametrize("offset", [timedelta(), timedelta(minutes=-17), timedelta(hours=-1, minutes=-13), timedelta(hours=-13)])
def test_nothing_is_said_of_times_that_are_right(workspace, offset):
    local_world(offset).write(workspace.database)
    for command in ("check", "preview"):
        assert "time_zone" not in workspace.command(command).exits(0).said
    # the same clock, an hour ahead: the test's own power
    workspace.database.unlink()
    local_world(timedelta(hours=1)).write(workspace.database)
    assert "time_zone" in workspace.command("preview").said


def test_times_that_carry_an_offset_are_nobodys_business(workspace):
    world, start = World(), now()
    zone = timezone(timedelta(hours=-8))
    world.job(start, "running", age=20 * MINUTE, heartbeat=MINUTE, form=lambda at: at.astimezone(zone).isoformat())
    world.job(start, "completed", completed=40 * DAY, form=lambda at: at.astimezone(zone).isoformat())
    world.write(workspace.database)
    workspace.configure({"time_zone": "Asia/Tokyo"})
    assert "time_zone" not in workspace.command("preview").exits(0).said
    assert workspace.run()["old_jobs_deleted"] == 1
