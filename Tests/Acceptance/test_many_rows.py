"""Amounts: rows that must stay do not hide those behind them, and details are capped while counts are whole."""

from support import reports
from support.sweeping import DAY, HOUR, sweep
from support.timestamps import now
from support.world import World


def test_excluded_rows_in_front_do_not_starve_those_behind(workspace):
    """12,000 rows that look old to string order or cannot be read stand before every row that must go, in every order there is."""
    world, start = World(), now()
    for n in range(6000):
        world.job(start, "completed", completed=31 * DAY, completed_at="1999-99-99 00:00:00", id=f"a{n:05}")
        world.job(start, "running", age=31 * DAY, started_at="0000-00-00 00:00:00", id=f"b{n:05}")
        world.download(start, 31 * DAY, timestamp="0000-00-00", id=n)
    for n in range(6000):
        world.job(start, "failed", completed=99 * DAY, completed_at=None, id=f"c{n:05}")
        world.download(start, 31 * DAY, timestamp=None, id=6000 + n)
        world.plan(start, job_id=f"b{n:05}", id=n)
    for n in range(30):
        world.job(start, "completed", completed=31 * DAY, id=f"x{n:05}")
        world.job(start, "running", age=HOUR, id=f"y{n:05}")
        world.download(start, 15 * DAY, id=20_000 + n)
        world.plan(start, id=20_000 + n)
    report, _ = sweep(workspace, world)
    assert reports.numbers(report) == dict.fromkeys(reports.NUMBERS, 30)


def test_details_are_capped_and_counts_are_whole(workspace):
    world, start = World(), now()
    for _ in range(1300):
        world.job(start, "running", age=DAY)
    report, _ = sweep(workspace, world)
    assert report["cleaned_jobs"] == 1300 and len(report["cleaned_job_details"]) == reports.CAP and report["truncated"]


def test_many_batches(workspace, journal):
    world, start = World(), now()
    for n in range(6_000):
        job = world.job(start, "completed", completed=(20 + n % 20) * DAY)
        if n % 10 == 0:
            world.history(job)
        world.download(start, (7 + n % 14) * DAY)
    report, _ = sweep(workspace, world, journal)
    assert report["old_jobs_deleted"] > 2000 and report["old_downloads_deleted"] > 2000
