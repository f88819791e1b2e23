"""`jobsweep run` over a database that is faulty: one clear error, the exit code of section 5, the other operations done."""

import json
import re
from datetime import timedelta

import pytest

from support import reports
from support.bulk import bulk
from support.faults import garbage, keep_copy, locked, put_back, renamed, smash_page, work_for_all
from support.policy import OPERATIONS
from support.slow import slow_down, speed_up
from support.timestamps import now
from support.world import World

ONE_EACH = dict.fromkeys(reports.NUMBERS, 1)
NUMBER_OF = dict(zip(OPERATIONS, reports.NUMBERS))


@pytest.fixture
def database(workspace, journal):
    work_for_all().write(workspace.database, journal)
    return workspace


def one_line(text):
    return " ".join(text.split())


def errors_say(finished, pattern):
    """The words of the report's errors (or of stderr, when there is no report) match; returns the report if there is one."""
    report = json.loads(finished.out) if finished.out.strip() else None
    words = finished.err + " ".join(error["error"] for error in (report or {"errors": []})["errors"])
    assert re.search(pattern, words, re.IGNORECASE), f"nothing like /{pattern}/ in: {one_line(words)}"
    return report


def test_missing(workspace):
    finished = workspace.command("run", "--json").exits(1)
    report = errors_say(finished, r"no such|not exist|not found|missing|unable to open|cannot open")
    assert str(workspace.database) in finished.said and (report is None or report["status"] == "failed")
    assert not workspace.database.exists(), "a database that is missing is not made"


def test_missing_folder(workspace):
    workspace.database = workspace.folder / "no" / "such" / "app.db"
    workspace.command("run", "--json").exits(1)
    assert not workspace.database.parent.exists()


def test_a_folder_instead(workspace):
    workspace.database.mkdir()
    workspace.command("run", "--json").exits(1)


def test_garbage(database):
    with garbage(database):
        before = database.database.read_bytes()
        report = errors_say(database.command("run", "--json").exits(1), r"not an? (\w+ )?database")
        assert (report is None or report["status"] == "failed") and database.database.read_bytes() == before
    assert reports.numbers(database.run()) == ONE_EACH


def test_empty_file(workspace):
    """SQLite takes an empty file for an empty database: every table is missing."""
    workspace.database.touch()
    finished = workspace.command("run", "--json")
    report = errors_say(finished, "no such table|missing|no table")
    assert finished.code in (1, 3) and finished.report == report
    assert {error["operation"] for error in report["errors"]} >= set(OPERATIONS)
    assert workspace.database.read_bytes() == b""


def test_locked_for_longer_than_the_busy_timeout(database):
    before = database.tables()
    with locked(database):
        finished = database.command("run", "--json", "--only", "old_downloads,stuck_plans", seconds=110)
        assert finished.code in (1, 3), finished
        errors_say(finished, "locked|busy")
    assert database.tables() == before
    assert reports.numbers(database.run()) == ONE_EACH


def test_a_write_lock_that_stays(workspace):
    """Operations with nothing to do end well beside it: the run has failed all the same, for nothing came of it, and that pages."""
    world = World()
    for age in range(40, 43):
        world.job(now(), "completed", completed=timedelta(days=age))
    world.write(workspace.database, "wal")
    with locked(workspace, how="IMMEDIATE"):
        finished = workspace.command("run", "--json", seconds=110)
    assert (finished.code, finished.report["status"]) == (1, "failed")
    assert [error["operation"] for error in finished.report["errors"]] == ["old_jobs"]
    assert workspace.run()["old_jobs_deleted"] == 3


def test_truncated(database):
    copy = keep_copy(database)
    data = copy.read_bytes()
    for keep in (0.9, 0.5, 0.1):
        put_back(database, copy)
        database.database.write_bytes(data[: int(len(data) * keep)])
        for _ in range(2):
            finished = database.command("run", "--json")
            assert finished.code in (0, 1, 3), finished
            if finished.code:
                errors_say(finished, "malformed|corrupt|not an? (\\w+ )?database|damaged")
    put_back(database, copy)
    assert reports.numbers(database.run()) == ONE_EACH


@pytest.mark.parametrize(("table", "meets"), [("handled_downloads", "old_downloads"), ("analysis_plan", "stuck_plans"), ("job", "stale_jobs")])
def test_a_smashed_page(database, table, meets):
    """The operation that meets it ends the run: nothing more is written into a damaged file. What came before is done."""
    copy = keep_copy(database)
    smash_page(database, table)
    finished = database.command("run", "--json").exits(1)
    report = errors_say(finished, "malformed|corrupt")
    assert report["status"] == "failed"
    assert [error["operation"] for error in report["errors"]] == [meets]
    before = OPERATIONS[:OPERATIONS.index(meets)]
    assert reports.numbers(report) == {NUMBER_OF[name]: int(name in before) for name in OPERATIONS}
    put_back(database, copy)
    assert database.run()["status"] == "completed"


@pytest.mark.parametrize(("table", "column", "fails"), [
    ("job", None, {"stale_jobs", "old_jobs", "stuck_plans"}),
    ("handled_downloads", None, {"old_downloads"}),
    ("analysis_plan", None, {"stuck_plans"}),
    ("job", "progress", {"stale_jobs"}),
    ("job", "started_at", {"stale_jobs"}),
    ("job", "status", {"stale_jobs", "old_jobs", "stuck_plans"}),
    ("handled_downloads", "timestamp", {"old_downloads"}),
    ("analysis_plan", "job_id", {"stuck_plans"}),
    ("analysis_plan", "updated_at", {"stuck_plans"}),
])
def test_a_table_or_column_is_missing(workspace, table, column, fails):
    work_for_all().write(workspace.database)
    with renamed(workspace, table, column):
        for finished in (workspace.command("preview", "--json"), workspace.command("run", "--json")):
            report = errors_say(finished.exits(3), re.escape(column or table))
            assert report == finished.report
            check_the_others(report, fails)
            for error in report["errors"]:
                assert (column or table) in error["error"], error
    assert reports.numbers(workspace.run()) == {NUMBER_OF[name]: int(name in fails) for name in OPERATIONS}


def check_the_others(report, fails):
    assert report["status"] == "completed_with_errors"
    assert [error["operation"] for error in report["errors"]] == [name for name in OPERATIONS if name in fails]
    assert reports.numbers(report) == {NUMBER_OF[name]: int(name not in fails) for name in OPERATIONS}


def test_a_missing_column_that_a_switched_off_operation_needs_is_nobodys_business(workspace):
    work_for_all().write(workspace.database)
    workspace.configure({"operations": {"old_downloads": {"enabled": False}}})
    with renamed(workspace, "handled_downloads"):
        assert workspace.command("run", "--json").exits(0).report["errors"] == []


def test_the_time_limit(workspace):
    """Reaching it is an error on the run; what was done is kept, and the next run takes up the rest."""
    made = bulk(old=6000)
    made.world.write(workspace.database)
    slow_down(workspace)
    workspace.configure({"schedule": {"timeout": "1s"}})
    finished = workspace.command("run", "--json")
    report = finished.report
    assert finished.code in (1, 3) and report["status"] in ("failed", "completed_with_errors")
    assert any(re.search("time|long", error["error"], re.IGNORECASE) for error in report["errors"]), report["errors"]
    left = workspace.query("SELECT count(*) FROM job")[0][0]
    assert 0 < report["old_jobs_deleted"] == len(made.world.jobs) - left < 6000
    speed_up(workspace)
    workspace.configure({})
    assert workspace.run()["old_jobs_deleted"] == 6000 - report["old_jobs_deleted"]


