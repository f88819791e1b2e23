"""Rows that cost far more than a batch's time with the lock: the application, which waits five seconds for it, is never told that it is locked."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest

from support import impatient
from support.timestamps import now
from support.world import World

pytestmark = pytest.mark.alone


def old_jobs(workspace, count, journal):
    world, start = World(), now()
    for number in range(count):
        world.job(start, "completed", completed=timedelta(days=50), id=f"old-{number:04}")
    world.write(workspace.database, journal)


def children(table, column, jobs, each):
    """SQL that gives each job so many rows of another table."""
    return f"""
        INSERT INTO {table} ({column}) WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {jobs * each - 1})
        SELECT printf('old-%04d', i % {jobs}) FROM n;
    """


def unindexed(workspace, journal):
    """A million rows among which no index finds the ones that go with a job; any trigger has SQLite look for them job by job."""
    old_jobs(workspace, 40, journal)
    workspace.execute(
        """
        INSERT INTO daemon_job_history (status) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
        SELECT 'ok' FROM n;
        INSERT INTO daemon_job_history (job_id) SELECT id FROM job;
        CREATE TRIGGER noted AFTER UPDATE OF status ON job BEGIN SELECT 1; END;
        """
    )


def let_go(workspace, journal):
    """Twenty thousand rows a job that lose their reference; of many more a build for debugging makes no copies within three seconds on a busy machine."""
    old_jobs(workspace, 8, journal)
    workspace.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, job_id TEXT REFERENCES job (id) ON DELETE SET NULL)")
    workspace.execute(children("note", "job_id", 8, 20_000))


def indexed(workspace, journal):
    """Ten thousand rows a job that go with it, found by an index."""
    old_jobs(workspace, 30, journal)
    workspace.execute("CREATE INDEX history_job ON daemon_job_history (job_id)")
    workspace.execute(children("daemon_job_history", "job_id", 30, 10_000))


def slow_trigger(workspace, journal):
    """A trigger that counts to a million for each row, which takes a quarter of a second."""
    old_jobs(workspace, 12, journal)
    workspace.execute(
        "CREATE TRIGGER slow_delete AFTER DELETE ON job BEGIN SELECT count(*) FROM"
        " (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) SELECT i FROM n); END"
    )


CASES = [
    (unindexed, "run", "wal"), (unindexed, "preview", "wal"), (unindexed, "run", "delete"),
    (let_go, "run", "wal"), (indexed, "run", "wal"), (slow_trigger, "run", "wal"), (slow_trigger, "preview", "delete"),
]


@pytest.mark.parametrize("prepare, command, journal", CASES, ids=lambda value: getattr(value, "__name__", value))
def test_the_application_never_finds_its_database_locked(workspace, prepare, command, journal):
    prepare(workspace, journal)
    (jobs,) = workspace.query("SELECT count(*) FROM job")[0]
    stop = workspace.folder / "stop"
    writers = subprocess.Popen(
        [sys.executable, impatient.__file__, str(workspace.database), str(stop)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert writers.stdout.readline() == "ready\n"
        report = workspace.command(command, "--json", "--only", "old_jobs", seconds=550).report
        stop.touch()
        said = json.loads(writers.communicate(timeout=60)[0])
    finally:
        writers.kill()
        writers.wait()
    assert said["failures"] == [], said
    assert all(said["writes"]), said
    # Where many others have the machine, a single row may take so long that it is given up for the application's sake.
    given_up = [error for error in report["errors"] if "it was given up after 3.0 s, for which nobody else could write" in error["error"]]
    assert report["errors"] == given_up and len(given_up) < jobs / 2, report["errors"]
    assert (report["status"], report["old_jobs_deleted"]) == ("completed_with_errors" if given_up else "completed", jobs - len(given_up))
    assert report["pauses"]["application"] > 0
    assert workspace.query("SELECT count(*) FROM job") == [(jobs if command == "preview" else len(given_up),)]
    assert workspace.integrity() == ["ok"]
