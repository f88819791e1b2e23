"""A parent with 60,000 rows of another table: short batches beside the application, killed, cancelled, added to, and touched meanwhile."""

import json
import sqlite3
import threading

import pytest

from support.ruled import NEW, OLD, configure, fill, rule
from support.schema import connect
from support.waiting import eventually
from test_api import finished, get, post, start

MANY = 60_000
#: So that a run is met in its middle, however fast the machine.
UNHURRIED = {"max_batch": 1_000, "pause": "30ms"}
#: The parent with the many, others with a few, and one that stays.
BIG, SMALL, FRESH = 3, [1, 2, 4, 5], 6
ORPHANS = "SELECT count(*) FROM kids WHERE parent NOT IN (SELECT id FROM parents)"
LEFT = f"SELECT count(*) FROM kids WHERE parent = {BIG}"


def make(workspace, link="", journal="wal", pacing=UNHURRIED, many=MANY):
    fill(workspace, f"""PRAGMA journal_mode = {journal};
        CREATE TABLE parents (id INTEGER PRIMARY KEY, at TEXT); CREATE TABLE kids (id INTEGER PRIMARY KEY, parent INT {link}, text TEXT);
        CREATE INDEX by_parent ON kids (parent)""",
        parents=[(n, OLD) for n in (*SMALL, BIG)] + [(FRESH, NEW)],
        kids=[(None, n, "few") for n in (*SMALL, FRESH) for _ in range(10)] + [(None, BIG, "one of many") for _ in range(many)])  # fmt: skip
    configure(workspace, rule("parents", dependents=[{"table": "kids", "column": "parent"}]), pacing=pacing,
        schedule={"every": "24h", "first_run_after": "24h", "timeout": "30m"})  # fmt: skip


def count(workspace, statement):
    return workspace.query(statement)[0][0]


def until_some_went(workspace, started=None, before=MANY):
    return eventually(lambda: 0 < count(workspace, LEFT) < before or started and started.process.poll() is not None, "rows go", seconds=120, pause=0.02)


def all_went(workspace):
    assert workspace.query("SELECT id FROM parents") == [(FRESH,)]
    assert workspace.query("SELECT parent, count(*) FROM kids GROUP BY 1") == [(FRESH, 10)]
    assert workspace.integrity() == ["ok"]


class Writer(threading.Thread):
    """The application, which writes as fast as it gets the lock; what it does is a statement with a number of its own each time."""

    def __init__(self, workspace, statement):
        super().__init__()
        self.database, self.statement = workspace.database, statement
        self.over, self.done, self.failures = threading.Event(), 0, []

    def run(self):
        connection = connect(self.database, busy_seconds=5)
        while not self.over.is_set():
            try:
                self.done += connection.execute(self.statement, (10**9 + self.done,)).rowcount
            except sqlite3.Error as error:
                self.failures.append(error)
            self.over.wait(0.002)
        connection.close()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()


def test_in_short_batches_beside_the_application(workspace, journal):
    many = MANY // 3
    make(workspace, journal=journal, pacing={}, many=many)
    fill(workspace, "CREATE TABLE beats (number INT)")
    before = workspace.preview()
    serving = workspace.serve()
    with Writer(workspace, "INSERT INTO beats VALUES (?)") as writer:
        body = finished_late(serving, start(serving))
    assert body["status"] == "completed" and body["result"]["dependents_deleted"] == before["dependents_deleted"] == {"parents": many + 40}
    assert body["result"]["rows_deleted"] == before["rows_deleted"] == {"parents": 5}
    exposition = serving.scrape()
    assert exposition["jobsweep_write_lock_seconds_count"] >= (many + 45) / 5000, "no batch is larger than the largest"
    assert exposition.get("jobsweep_dependents_deleted_total", operation="parents") == many + 40
    assert writer.failures == [] and writer.done > 20, "the application got its turns"
    all_went(workspace)


def finished_late(serving, job):
    def over():
        _, body = get(serving, f"/api/jobs/{job}")
        return body if body["status"] not in ("pending", "running") else None

    return eventually(over, "the run is over", seconds=550, pause=0.1)


@pytest.mark.parametrize("link", ["", "REFERENCES parents (id)"], ids=["no key", "key"])
def test_killed_in_the_middle(workspace, link):
    """No orphan, and no parent of which the rule wouldn't find the rest."""
    make(workspace, link)
    hits = 0
    for _ in range(3):
        before = count(workspace, LEFT)
        started = workspace.start("run", "--json")
        until_some_went(workspace, started, before)
        started.kill()
        hits += started.process.wait() == -9
        assert workspace.integrity() == ["ok"] and count(workspace, ORPHANS) == 0
        left = count(workspace, LEFT)
        assert left == 0 or workspace.query(f"SELECT at FROM parents WHERE id = {BIG}") == [(OLD,)]
    assert hits and 0 < left < MANY, "the run was too fast to be killed in its middle"
    parents = count(workspace, "SELECT count(*) FROM parents") - 1
    report = workspace.run()
    assert report["status"] == "completed" and report["rows_deleted"] == {"parents": parents}
    all_went(workspace)


def test_cancelled_in_the_middle(workspace):
    make(workspace)
    serving = workspace.serve()
    job = start(serving)
    until_some_went(workspace)
    assert post(serving, f"/api/jobs/{job}/cancel")[0] == 200
    body = finished(serving, job)
    left = count(workspace, LEFT)
    assert body["status"] == "cancelled" and 0 < left < MANY and count(workspace, ORPHANS) == 0
    went = body["result"]["dependents_deleted"]["parents"]
    assert went == MANY + 50 - count(workspace, "SELECT count(*) FROM kids"), "what went is counted"
    assert count(workspace, f"SELECT count(*) FROM parents WHERE id = {BIG}") == 1
    exposition = serving.scrape()
    assert exposition.get("jobsweep_dependents_deleted_total", operation="parents") == went
    assert exposition.get("jobsweep_backlog_rows", operation="parents") == count(workspace, f"SELECT count(*) FROM parents WHERE id <> {FRESH}")
    assert finished_late(serving, start(serving))["status"] == "completed"
    all_went(workspace)


def test_children_that_come_meanwhile(workspace):
    """The application adds to the very parent that is going, for as long as it is there: nothing is left behind."""
    make(workspace)
    with Writer(workspace, f"INSERT INTO kids SELECT ?, id, 'new' FROM parents WHERE id = {BIG}") as writer:
        report = workspace.run()
        while report["rows_deleted"] != {"parents": 5} and count(workspace, f"SELECT count(*) FROM parents WHERE id = {BIG}"):
            assert report["status"] in ("completed", "completed_with_errors") and count(workspace, ORPHANS) == 0
            report = workspace.run()
    assert writer.done > 0 and writer.failures == []
    all_went(workspace)


def test_a_parent_that_is_touched_meanwhile(workspace):
    """It stays, and what had gone of its children by then is said and counted."""
    make(workspace)
    started = workspace.start("run", "--json")
    until_some_went(workspace)
    workspace.execute(f"UPDATE parents SET at = '{NEW}' WHERE id = {BIG}")
    finished = started.finish().exits(3)
    report = json.loads(finished.out)
    left = count(workspace, LEFT)
    gone = MANY - left
    assert 0 < gone < MANY, "the run was too fast to be met in its middle"
    assert report["status"] == "completed_with_errors" and report["skipped"]["changed"] == 1
    (error,) = report["errors"]
    assert error["operation"] == "parents" and f"row {BIG} was changed by the application" in error["error"] and f"{gone} of its dependents are gone" in error["error"]
    assert report["rows_deleted"] == {"parents": 4} and report["dependents_deleted"] == {"parents": gone + 40}
    assert workspace.query("SELECT id FROM parents ORDER BY 1") == [(BIG,), (FRESH,)] and count(workspace, ORPHANS) == 0
    again = workspace.run()
    assert again["status"] == "completed" and again["dependents_deleted"] == {"parents": 0} and count(workspace, LEFT) == left


def test_a_time_limit_in_the_middle(workspace):
    make(workspace)
    configure(workspace, rule("parents", dependents=[{"table": "kids", "column": "parent"}]), pacing=UNHURRIED, schedule={"timeout": "1s"})
    runs = 0
    while count(workspace, "SELECT count(*) FROM parents") > 1:
        report = workspace.run()
        runs += 1
        assert report["status"] in ("completed", "completed_with_errors") and count(workspace, ORPHANS) == 0
        assert (report["status"] == "completed") == (report["errors"] == [])
    assert runs > 1, "the time limit wasn't met"
    all_went(workspace)
