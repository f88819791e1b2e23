"""Faults of a server and of the way to it: whatever ends a run, what it says is what it did, and the next run takes up the rest."""

import json
import os
import random
import re
import sqlite3
import time
from collections import Counter

import pytest

from support.postgres import Proxy
from support.waiting import eventually

#: How many runs are cut, in turn by each way there is; JOBSWEEP_CUTS asks for more.
CUTS = int(os.environ.get("JOBSWEEP_CUTS", "5"))
ROWS = 20_000

TABLES = """
CREATE TABLE job (id varchar PRIMARY KEY, type text NOT NULL, status text NOT NULL, progress int, error text,
  started_at timestamptz, completed_at timestamptz, created_at timestamptz, updated_at timestamptz);
CREATE INDEX ON job (completed_at);
CREATE INDEX ON job (status);
CREATE TABLE handled_downloads (id bigserial PRIMARY KEY, timestamp timestamptz, job_id varchar);
CREATE TABLE analysis_plan (id serial PRIMARY KEY, status text, job_id varchar, created_at timestamptz, updated_at timestamptz);
CREATE TABLE daemon_job_history (id serial PRIMARY KEY, job_id varchar REFERENCES job ON DELETE CASCADE);
CREATE INDEX ON daemon_job_history (job_id);
"""
OLD_JOBS = """
INSERT INTO job (id, type, status, completed_at, created_at, updated_at)
SELECT 'o' || n, 'sync', 'completed', t, t, t FROM (SELECT n, now() - interval '40 days' - n * interval '1 second' AS t FROM generate_series(1, {rows}) AS n) AS s;
INSERT INTO daemon_job_history (job_id) SELECT 'o' || n FROM generate_series(1, {rows}, 10) AS n;
INSERT INTO job (id, type, status, completed_at, created_at, updated_at)
SELECT 'y' || n, 'sync', 'completed', now(), now(), now() FROM generate_series(1, 500) AS n;
"""


@pytest.fixture
def workspace(on_postgres):
    on_postgres.execute(TABLES)
    # A run that is cut leaves more than it took: that is no surge.
    on_postgres.configure({"limits": {"surge": "none"}})
    return on_postgres


def fill(workspace, rows=ROWS):
    workspace.execute("TRUNCATE job, daemon_job_history")
    workspace.execute(OLD_JOBS.format(rows=rows))


def left(workspace):
    """Old jobs that are still there, after everything that was under way at the server has ended."""
    quiet = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'jobsweep%' AND datname = current_database()"
    eventually(lambda: workspace.query(quiet)[0][0] == 0, "nobody at work any more", 60)
    ((old, young),) = workspace.query("SELECT count(*) FILTER (WHERE id LIKE 'o%'), count(*) FILTER (WHERE id LIKE 'y%') FROM job")
    assert young == 500
    return old


def finish(workspace, rows):
    """The next run is fine, and takes what is left."""
    report = workspace.run("--only", "old_jobs")
    assert report["status"] == "completed" and report["old_jobs_deleted"] == rows, report
    assert left(workspace) == 0


def noted(workspace):
    """How many rows the state has of a run that nobody has closed yet."""
    with sqlite3.connect(f"{workspace.state}/jobsweep.db") as state:
        rows = state.execute("SELECT figures FROM run WHERE phase = 'running'").fetchall()
    return sum(json.loads(figures)["rows"]["old_jobs"] for (figures,) in rows if figures)


class Cuts:
    """Ways to end a run in its middle: each starts one, strikes, and gives its report, or nothing where there can't be one."""

    def __init__(self, workspace, server, proxy):
        self.workspace, self.server, self.proxy = workspace, server, proxy
        self.kinds = (self.backend, self.answers, self.killed, self.questions, self.restart)

    def _under_way(self):
        """A run that something is to happen to at some point after its first batch."""
        started = self.workspace.start("run", "--json", "--only", "old_jobs")
        deadline = time.monotonic() + 60
        while self.workspace.query("SELECT count(*) FROM job WHERE id LIKE 'o%'")[0][0] == ROWS and started.process.poll() is None:
            assert time.monotonic() < deadline
        time.sleep(random.random() * 0.05)
        return started

    def backend(self):
        started = self._under_way()
        self.workspace.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'jobsweep%'")
        return started.finish().report

    def restart(self):
        started = self._under_way()
        self.server.restart()
        return started.finish().report

    def killed(self):
        started = self._under_way()
        started.kill()
        started.process.communicate()

    def answers(self):
        return self._network(random.randrange(30_000, 900_000), answers=True)

    def questions(self):
        return self._network(random.randrange(3_000, 25_000), answers=False)

    def _network(self, count, answers):
        self.workspace.through = self.proxy.port
        self.proxy.cut_after(count, answers)
        try:
            return self.workspace.run("--only", "old_jobs")
        finally:
            self.proxy.heal()
            self.workspace.through = None


@pytest.mark.timeout(600 + 60 * CUTS)
def test_whatever_cuts_a_run_short(workspace, server):
    """Totals equal the rows that are gone, no row that must stay is gone, and the next run takes up the rest."""
    proxy = Proxy(server.port)
    cuts = Cuts(workspace, server, proxy)
    struck = Counter()
    try:
        for number in range(CUTS):
            strike = cuts.kinds[number % len(cuts.kinds)]
            fill(workspace)
            report = strike()
            old = left(workspace)
            if report is None:
                struck[strike.__name__] += old > 0
                # What the state knows of it is what is gone, but for a batch whose commit was the last that the process did.
                assert noted(workspace) <= ROWS - old
            else:
                assert report["old_jobs_deleted"] == ROWS - old, (strike.__name__, report)
                if report["status"] != "completed":
                    assert report["status"] == "failed", (strike.__name__, report)
                    assert re.search("the connection to postgresql://.* was lost|cannot connect to postgresql://", report["errors"][0]["error"]), report
                    struck[strike.__name__] += 1
            finish(workspace, old)
    finally:
        proxy.close()
    print(f"{CUTS} runs, cut in their middle: {dict(struck)}")
    # A run may be over before it is struck; not all of them.
    assert sum(struck.values()) >= CUTS / 5


def test_nobody_is_there(workspace, server):
    server.stop()
    try:
        report = workspace.run()
        assert report["status"] == "failed" and report["errors"][0]["error"].startswith("cannot connect to postgresql://"), report
    finally:
        server.start()
    fill(workspace, 10)
    assert workspace.run("--only", "old_jobs")["status"] == "completed"


def test_rows_that_the_application_keeps_locked(workspace):
    fill(workspace, 2_000)
    with workspace.connect() as holder:
        with holder.transaction(force_rollback=True):
            holder.execute("UPDATE job SET progress = 1 WHERE id IN ('o7', 'o1500')")
            report = workspace.run("--only", "old_jobs")
            assert report["status"] == "completed" and report["old_jobs_deleted"] == 1_998
            assert report["skipped"]["busy"] == 2
    assert workspace.run("--only", "old_jobs")["old_jobs_deleted"] == 2


def test_a_table_that_the_application_keeps_locked(workspace):
    fill(workspace, 10)
    with workspace.connect() as holder:
        with holder.transaction(force_rollback=True):
            holder.execute("LOCK TABLE job IN EXCLUSIVE MODE")
            report = workspace.run("--only", "old_jobs")
            assert report["status"] == "failed" and "locked" in report["errors"][0]["error"], report
    done = workspace.run("--only", "old_jobs")
    assert done["old_jobs_deleted"] == 10
    with workspace.connect() as holder:
        with holder.transaction(force_rollback=True):
            holder.execute("LOCK TABLE job IN SHARE MODE")
            restored = workspace.command("restore", done["run_id"], "--json").exits(1).report
            assert restored["status"] == "failed" and "locked" in restored["error"], restored
    assert workspace.command("restore", done["run_id"], "--json").exits(0).report["rows_restored"]["old_jobs"] >= 10


def test_a_role_that_may_not(workspace):
    fill(workspace, 10)
    workspace.execute("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'reader') THEN CREATE ROLE reader LOGIN; END IF; END $$")
    workspace.execute("GRANT SELECT ON job, handled_downloads, analysis_plan TO reader")
    workspace.user = "reader"
    preview = workspace.preview()
    assert preview["old_jobs_deleted"] == 10, preview
    report = workspace.run("--only", "old_jobs")
    assert report["old_jobs_deleted"] == 0 and "permission denied for table job" in report["errors"][0]["error"], report
    check = workspace.command("check").exits(1)
    assert 'GRANT DELETE ON "public"."job" TO reader' in check.out and "GRANT pg_monitor TO reader" in check.out


def test_a_role_that_may_delete_and_not_put_back(workspace):
    workspace.execute("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'deleter') THEN CREATE ROLE deleter LOGIN; END IF; END $$")
    workspace.execute("GRANT SELECT, DELETE ON job, handled_downloads TO deleter; GRANT SELECT ON daemon_job_history, analysis_plan TO deleter")
    workspace.user = "deleter"
    said = workspace.command("check").out
    tables = '"public"."daemon_job_history", "public"."job"'
    assert f"GRANT INSERT ON {tables} TO deleter" in said and 'GRANT INSERT ON "public"."handled_downloads" TO deleter' in said
    workspace.execute(f"GRANT INSERT ON {tables} TO deleter")
    report = workspace.run()
    assert report["pauses_unknown"].keys() == {"snapshot"} and "GRANT pg_monitor TO deleter" in report["pauses_unknown"]["snapshot"]
    assert "pause_causes" not in report
    said = workspace.command("check").out
    assert f"GRANT INSERT ON {tables}" not in said and 'GRANT INSERT ON "public"."handled_downloads" TO deleter' in said


def test_a_role_that_sees_only_some_rows(workspace):
    fill(workspace, 10)
    workspace.execute("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tenant') THEN CREATE ROLE tenant LOGIN; END IF; END $$")
    workspace.execute("GRANT SELECT, DELETE ON job TO tenant; ALTER TABLE job ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON job USING (id < 'o5')")
    workspace.user = "tenant"
    report = workspace.run("--only", "old_jobs")
    assert report["old_jobs_deleted"] == 0 and "row-level security" in report["errors"][0]["error"], report
    assert "BYPASSRLS" in workspace.command("check").exits(1).out


def test_a_row_that_a_trigger_keeps(workspace):
    fill(workspace, 10)
    workspace.execute(
        """CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           IF old.id = 'o3' THEN RETURN NULL; END IF; IF old.id = 'o4' THEN RAISE EXCEPTION 'not this one'; END IF; RETURN old; END $$;
           CREATE TRIGGER keep BEFORE DELETE ON job FOR EACH ROW EXECUTE FUNCTION keep()"""
    )
    for report in (workspace.preview("--only", "old_jobs"), workspace.run("--only", "old_jobs")):
        assert report["old_jobs_deleted"] == 8
        assert sorted((error["job_id"], error["error"]) for error in report["errors"]) == [
            ("o3", "a trigger or a rule of the database keeps this row as it is"), ("o4", "not this one")
        ]  # fmt: skip
    assert {row[0] for row in workspace.query("SELECT id FROM job WHERE id LIKE 'o%'")} == {"o3", "o4"}


def test_a_synchronous_standby_that_is_gone(workspace):
    """The commit is there all the same, and counted; the run doesn't go on to the next."""
    fill(workspace, 300)
    workspace.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    workspace.query("SELECT pg_reload_conf()")
    try:
        eventually(lambda: workspace.query("SHOW synchronous_standby_names") == [("nobody",)], "the server waits for it", 60)
        report = workspace.run("--only", "old_jobs")
    finally:
        workspace.execute("ALTER SYSTEM RESET synchronous_standby_names")
        workspace.query("SELECT pg_reload_conf()")
    assert "synchronous standby" in report["errors"][0]["error"], report
    old = left(workspace)
    assert 0 < report["old_jobs_deleted"] == 300 - old
    finish(workspace, old)


def test_what_a_role_may_not_do_to_rows_that_go_first(workspace):
    workspace.execute("CREATE TABLE notes (id int PRIMARY KEY, at timestamptz); CREATE TABLE lines (id int PRIMARY KEY, note int)")
    workspace.execute("INSERT INTO notes VALUES (1, '2020-01-01'); INSERT INTO lines VALUES (1, 1)")
    workspace.execute("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'half') THEN CREATE ROLE half LOGIN; END IF; END $$")
    workspace.execute("GRANT SELECT, INSERT, DELETE ON notes TO half; GRANT SELECT ON lines TO half")
    rule = {"name": "notes", "table": "notes", "time": "at", "keep": "30d", "dependents": [{"table": "lines", "column": "note"}]}
    workspace.configure({"preset": "none", "rules": [rule]})
    workspace.user = "half"
    assert 'GRANT DELETE ON "public"."lines" TO half' in workspace.command("check").exits(1).out
    workspace.execute("GRANT DELETE ON lines TO half")
    workspace.command("check").exits(0)
    assert workspace.run()["rows_deleted"]["notes"] == 1


def test_a_server_that_counts_nothing(workspace):
    """Without its counts nobody can say whether the archive has every row that went along; without an archive nobody has to."""
    workspace.execute("CREATE TABLE notes (id int PRIMARY KEY, at timestamptz)")
    workspace.execute("CREATE TABLE lines (id int PRIMARY KEY, note int REFERENCES notes ON DELETE CASCADE); CREATE INDEX ON lines (note)")
    workspace.execute("CREATE TABLE others (id int PRIMARY KEY, at timestamptz)")
    workspace.execute("INSERT INTO notes VALUES (1, '2020-01-01'); INSERT INTO lines VALUES (1, 1); INSERT INTO others VALUES (1, '2020-01-01')")
    workspace.execute("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET track_counts = off', current_database()); END $$")
    rules = [{"name": name, "table": name, "time": "at", "keep": "30d"} for name in ("notes", "others")]
    workspace.configure({"preset": "none", "rules": rules})
    report = workspace.command("run", "--json").exits(3).report
    assert report["rows_deleted"] == {"notes": 0, "others": 1} and "track_counts" in report["errors"][0]["error"], report
    workspace.configure({"preset": "none", "rules": rules, "archive": {"enabled": False}})
    assert workspace.run()["rows_deleted"] == {"notes": 1, "others": 0} and workspace.query("SELECT count(*) FROM lines") == [(0,)]
