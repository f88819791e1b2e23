"""A wall clock that leapt makes everything look old: runs are refused until somebody says that it is right.

The machine's own clock stays as it is: what is moved is the look that is remembered of it."""

import json
import os
import sqlite3

import pytest

from support.faults import work_for_all

DAY = 86_400_000_000


def move_last_look(workspace, wall=0, boot=None):
    """Moves the last look by so many microseconds, or to another boot: to jobsweep the clocks went the other way."""
    state = sqlite3.connect(workspace.state / "jobsweep.db", timeout=30)
    with state:
        (text,), = state.execute("SELECT value FROM fact WHERE name = 'clock'").fetchall()
        look = json.loads(text)
        look["wallMicroseconds"] += wall
        look["bootID"] = boot or look["bootID"]
        state.execute("UPDATE fact SET value = ? WHERE name = 'clock'", (json.dumps(look),))
    state.close()


@pytest.fixture
def looked(workspace):
    """A database with work to do, and a state that remembers a look at the clocks."""
    work_for_all().write(workspace.database)
    workspace.preview()
    return workspace


LEAPS = [
    ("forward by 400 days", -400 * DAY, None, "was set forward by 400"),
    ("back by two days", 2 * DAY, None, "was set back by"),
    ("another boot, 91 days on", -91 * DAY, "another", "91 days after the last look"),
    ("another boot, two days before", 2 * DAY, "another", "days before the last look"),
]


@pytest.mark.parametrize(("wall", "boot", "words"), [leap[1:] for leap in LEAPS], ids=[leap[0] for leap in LEAPS])
def test_a_leap_stops_runs_and_previews(looked, wall, boot, words):
    move_last_look(looked, wall, boot)
    before = looked.tables()
    for command in ("run", "preview", "run"):
        finished = looked.command(command, "--json").exits(1)
        report = finished.report
        assert report["status"] == "failed" and len(report["errors"]) == 1
        error = report["errors"][0]["error"]
        assert words in error and "jobsweep approve clock" in error and "--ignore-clock" in error
        assert words in looked.command(command).exits(1).said
    assert looked.tables() == before
    exposition = looked.serve().scrape()
    assert exposition.get("jobsweep_errors_total", operation="run") == 4
    assert exposition.get("jobsweep_clock_suspect") == 1, "from the first scrape on"
    assert exposition.get("jobsweep_runs_total", trigger="cli", status="failed") == 4


@pytest.mark.parametrize(("wall", "boot"), [(3_600_000_000, None), (-20 * 3_600_000_000, None), (-60 * DAY, "another"), (DAY // 2, "another")])
def test_what_clocks_do_when_they_are_right(looked, wall, boot):
    """Corrections, daylight saving on a machine whose clock keeps local time, a machine that was off."""
    move_last_look(looked, wall, boot)
    assert looked.run()["status"] == "completed"


def test_ignoring_it_once(looked):
    move_last_look(looked, -400 * DAY)
    assert looked.command("preview", "--ignore-clock", "--json").exits(0).report["old_jobs_deleted"] == 1
    looked.command("run").exits(1)
    assert looked.command("run", "--ignore-clock", "--json").exits(0).report["old_jobs_deleted"] == 1
    looked.command("run").exits(0)
    move_last_look(looked, -400 * DAY)
    looked.command("run").exits(1)


@pytest.mark.parametrize("words", [[], ["clock"]], ids=str)
def test_approving_it(looked, words):
    assert "Nothing waits" in looked.command("approve", *words).exits(0).out
    move_last_look(looked, -400 * DAY)
    looked.command("run").exits(1)
    said = looked.command("approve", *words).exits(0).out
    assert "Approved" in said and "400" in said
    assert looked.preview()["old_jobs_deleted"] == 1
    assert looked.run()["old_jobs_deleted"] == 1
    move_last_look(looked, -400 * DAY)
    looked.command("run").exits(1)


def test_a_leap_makes_no_archive_old(looked):
    """By a clock that can't be believed, no archive's time is over."""
    looked.run()
    archive = looked.state / "archive" / "0f0e0d0c-0b0a-4908-8706-050403020100.rows"
    archive.write_bytes(b"of another version")
    move_last_look(looked, -400 * DAY)
    os.utime(archive, (0, 0))
    looked.command("run").exits(1)
    assert archive.exists()
    looked.configure({"schedule": {"every": "24h", "first_run_after": "12h"}})
    serving = looked.serve()
    serving.until(lambda e: e.get("jobsweep_clock_suspect") == 1, "the clock is in doubt", seconds=60)
    assert archive.exists() and serving.stop() == 0
    looked.command("approve", "clock").exits(0)
    looked.command("run").exits(0)
    assert not archive.exists()


def test_approving_what_there_is_not(looked):
    finished = looked.command("approve", "sundial").exits(2)
    assert "sundial" in finished.err and "clock" in finished.err


def test_a_sidecar_that_serves(looked):
    """It refuses its own runs, and goes on as soon as another process has approved."""
    move_last_look(looked, -400 * DAY)
    looked.configure({"schedule": {"every": "1s", "first_run_after": "0s"}})
    serving = looked.serve()
    serving.until(lambda e: e.get("jobsweep_errors_total", operation="run") >= 2, "runs are refused", seconds=60)
    serving.until_said("was set forward by")
    assert serving.scrape().get("jobsweep_clock_suspect") == 1
    assert serving.scrape().total("jobsweep_jobs_deleted_total") == 0
    looked.command("approve", "clock").exits(0)
    serving.until(lambda e: e.total("jobsweep_jobs_deleted_total") == 1, "the clock is believed", seconds=60)
    assert serving.scrape().get("jobsweep_clock_suspect") == 0
    assert serving.stop() == 0
