"""An application that finishes, touches, deletes and makes jobs and plans anew that look stale or old, beside runs: with a ledger of its own.

JOBSWEEP_RACE_WRITES asks for more writes than the usual few thousand.
"""

import os
import random
import threading
import time

import pytest

from support.postgres import PostgresWorkspace, Server

WRITES = int(os.environ.get("JOBSWEEP_RACE_WRITES", "8000"))
WRITERS = 4
JOBS = 400

TABLES = """
CREATE TABLE job (id varchar PRIMARY KEY, type text NOT NULL, status text NOT NULL, progress int, error text, writer int, turn int,
  started_at timestamptz, completed_at timestamptz, created_at timestamptz, updated_at timestamptz);
CREATE INDEX ON job (completed_at);
CREATE INDEX ON job (status);
CREATE TABLE handled_downloads (id bigserial PRIMARY KEY, timestamp timestamptz, job_id varchar);
CREATE TABLE analysis_plan (id int PRIMARY KEY, status text, job_id varchar, created_at timestamptz, updated_at timestamptz);
CREATE INDEX ON analysis_plan (status);
"""


@pytest.fixture
def workspace(tmp_path):
    server = Server(["synchronous_commit = off"])
    workspace = PostgresWorkspace(tmp_path, server)
    workspace.execute(TABLES)
    workspace.configure({"limits": {"surge": "none"}})
    yield workspace
    workspace.close()
    server.close()


class Writer(threading.Thread):
    """One of the application's connections, with rows of its own; it notes what it wrote last, and in what state a row may go."""

    def __init__(self, workspace, number):
        super().__init__()
        self.workspace, self.number = workspace, number
        self.random = random.Random(number)
        self.left = WRITES // WRITERS
        self.wrong = []
        self.errors = []
        #: What a row was made last: None for gone, else (status, whether a run may make something else of it).
        self.ledger = {}

    def run(self):
        try:
            with self.workspace.connect() as connection:
                for turn in range(self.left):
                    self.turn(connection, turn)
        except Exception as error:  # noqa: BLE001 - the test tells
            self.errors.append(error)

    def turn(self, connection, turn):
        name = f"w{self.number}-{self.random.randrange(JOBS)}"
        known = self.ledger.get(name)
        choice = self.random.random()
        if known is None:
            self.make(connection, name, turn)
        elif choice < 0.35:
            # A job that looks stale comes to life; one that was settled meanwhile stays so.
            row = connection.execute(
                "UPDATE job SET status = 'running', updated_at = now(), started_at = now(), completed_at = NULL, turn = %s WHERE id = %s RETURNING id", (turn, name)
            ).fetchone()
            self.saw(name, row, known, ("running", False))
        elif choice < 0.6:
            row = connection.execute(
                "UPDATE job SET status = 'completed', completed_at = now(), updated_at = now(), turn = %s WHERE id = %s RETURNING id", (turn, name)
            ).fetchone()
            self.saw(name, row, known, ("completed", False))
        elif choice < 0.75:
            row = connection.execute("DELETE FROM job WHERE id = %s RETURNING id", (name,)).fetchone()
            self.saw(name, row, known, None)
        elif choice < 0.9:
            # What was young grows old, in a write of the application's own.
            row = connection.execute(
                "UPDATE job SET status = 'completed', completed_at = now() - interval '40 days', updated_at = now() - interval '40 days', turn = %s WHERE id = %s RETURNING id",
                (turn, name),
            ).fetchone()
            self.saw(name, row, known, ("completed", True))
        else:
            row = connection.execute(
                "UPDATE job SET status = 'running', started_at = now() - interval '3 hours', updated_at = now() - interval '2 hours', completed_at = NULL, turn = %s WHERE id = %s RETURNING id",
                (turn, name),
            ).fetchone()
            self.saw(name, row, known, ("running", True))

    def make(self, connection, name, turn):
        old = self.random.random() < 0.5
        ago = "40 days" if old else "0 days"
        connection.execute(
            f"""INSERT INTO job (id, type, status, writer, turn, started_at, completed_at, created_at, updated_at)
            VALUES (%s, 'sync', 'completed', %s, %s, now() - interval '{ago}', now() - interval '{ago}', now(), now() - interval '{ago}')""",
            (name, self.number, turn),
        )
        self.ledger[name] = ("completed", old)

    def saw(self, name, row, known, now):
        """A row that isn't there any more has to be one that might go."""
        if row is None:
            if not known[1]:
                self.wrong.append((name, known))
            now = None
        self.ledger[name] = now


@pytest.mark.timeout(600 + WRITES // 200)
def test_nothing_that_had_to_stay_was_touched(workspace):
    writers = [Writer(workspace, number) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    deleted = settled = runs = 0
    # However slow the machine is, there are a few.
    while runs < 3 or any(writer.is_alive() for writer in writers):
        report = workspace.run("--only", "stale_jobs,old_jobs")
        assert report["status"] == "completed", report
        deleted += report["old_jobs_deleted"]
        settled += report["cleaned_jobs"]
        runs += 1
        time.sleep(0.05)
    for writer in writers:
        writer.join()
    # No deadlock, no lock that wasn't to be had: the application sees nothing of it.
    assert [writer.errors for writer in writers] == [[]] * WRITERS
    assert [writer.wrong for writer in writers] == [[]] * WRITERS
    assert deleted > 100 and settled > 20 and runs > 2
    rows = dict(workspace.query("SELECT id, status FROM job"))
    for writer in writers:
        for name, known in writer.ledger.items():
            if known is None:
                assert name not in rows
            elif not known[1]:
                assert rows.get(name) == known[0], (name, known, rows.get(name))
            elif name in rows and known[0] == "running":
                assert rows[name] in ("running", "failed")
