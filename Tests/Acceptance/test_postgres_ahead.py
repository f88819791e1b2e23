"""A second connection reads pages while the rows of those before them go, whole for the archive: what changes in between stays, and what goes comes back."""

import json
import os
import random
import time

import pytest

from support.exact import of_postgres as content
from support.waiting import eventually

#: How often a run is killed; JOBSWEEP_KILLS asks for more.
KILLS = int(os.environ.get("JOBSWEEP_KILLS", "6"))

TABLES = """
CREATE TYPE jobstatus AS ENUM ('completed', 'FAILED', 'running');
CREATE TABLE job (id varchar PRIMARY KEY, type text NOT NULL, status jobstatus NOT NULL, progress smallint, result json, error text, share numeric,
  fraction double precision, fix char(6), day date, plain timestamp, raw bytea, u uuid, flag boolean, words text[], span interval,
  started_at timestamptz, completed_at timestamptz, created_at timestamptz, updated_at timestamptz, twice numeric GENERATED ALWAYS AS (share * 2) STORED);
CREATE INDEX ON job (completed_at);
CREATE TABLE daemon_job_history (id serial PRIMARY KEY, job_id varchar REFERENCES job ON DELETE CASCADE);
CREATE INDEX ON daemon_job_history (job_id);
INSERT INTO job (id, type, status, progress, result, error, share, fraction, fix, day, plain, raw, u, flag, words, span, completed_at, created_at, updated_at)
SELECT 'o' || n, 'sync', (ARRAY['completed', 'FAILED'])[1 + n % 2]::jobstatus, n % 100, CASE WHEN n % 3 > 0 THEN format('{"b" : %s,  "a":1.50, "b":2}', n)::json END,
  CASE WHEN n % 250 = 0 THEN repeat('long ', 2000) WHEN n % 2 = 0 THEN 'é"' || chr(9) || n END, n / 1000.0, 1 / n::float8, 'ab',
  CASE n % 4 WHEN 0 THEN 'infinity' WHEN 1 THEN '0044-03-15 BC' WHEN 2 THEN '12345-01-02' END::date,
  CASE n % 4 WHEN 0 THEN '-infinity' WHEN 1 THEN '0044-03-15 10:00:00.5 BC' WHEN 2 THEN '12345-01-02' END::timestamp,
  decode(md5(n::text), 'hex'), md5(n::text)::uuid, n % 2 = 0, ARRAY['a,b', NULL, '"'], n * interval '-1.5 days', t, t, t
FROM (SELECT n, now() - interval '40 days' - n * interval '1 second' AS t FROM generate_series(1, {rows}) AS n) AS s;
INSERT INTO daemon_job_history (job_id) SELECT 'o' || n FROM generate_series(1, {rows}, 111) AS n;
INSERT INTO job (id, type, status, completed_at) SELECT 'y' || n, 'sync', 'completed', now() FROM generate_series(1, 50) AS n;
CREATE TABLE brake (pulled int);
INSERT INTO brake VALUES (0);
ANALYZE;
"""
#: What the application does to rows of the second page.
CHANGES = """
UPDATE {job} SET progress = 7 WHERE id = 'o1990';
UPDATE {job} SET completed_at = now() WHERE id = 'o1980';
DELETE FROM {job} WHERE id = 'o1970';
DELETE FROM {job} WHERE id = 'o1960';
INSERT INTO {job} (id, type, status, completed_at) SELECT 'o1960', 'another', 'FAILED', completed_at FROM {job} WHERE id = 'o1950';
INSERT INTO {history} (id, job_id) VALUES (900001, 'o1940'), (900002, 'o1500'), (900003, 'o1500');
"""
#: The connection that reads ahead, once it has read.
READER = """SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'jobsweep%%' AND datname = current_database() AND state = 'idle'
  AND query LIKE 'SELECT p.h%%' AND pid NOT IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')"""


@pytest.fixture
def workspace(on_postgres):
    on_postgres.configure({"limits": {"surge": "none"}, "log": {"level": "info"}, "pacing": {"throttle_query": "SELECT pulled FROM brake"}})
    return on_postgres


def standing(workspace):
    """A run that has read its second page, and has deleted a row of its first."""
    workspace.execute("UPDATE brake SET pulled = 1")
    there = workspace.query("SELECT count(*) FROM job")[0][0]
    started = workspace.start("run", "--only", "old_jobs", "--json")
    eventually(lambda: workspace.query("SELECT count(*) FROM job")[0][0] < there, "something is deleted", 60)
    return started


def go_on(workspace, started):
    workspace.execute("UPDATE brake SET pulled = 0")
    finished = started.finish()
    assert finished.report["status"] == "completed", finished
    return finished


def restore(workspace, run, code=0):
    return json.loads(workspace.command("restore", run, "--json").exits(code).out)


def test_rows_that_change_after_they_were_read(workspace):
    workspace.execute(TABLES.replace("{rows}", "3000"))
    workspace.execute("CREATE TABLE kept AS SELECT * FROM job; CREATE TABLE kept_history AS SELECT * FROM daemon_job_history")
    started = standing(workspace)
    eventually(lambda: workspace.query(READER), "the second page is read", 60)
    with workspace.connect() as application, application.transaction():
        for job, history in (("job", "daemon_job_history"), ("kept", "kept_history")):
            application.execute(CHANGES.format(job=job, history=history))
    report = go_on(workspace, started).report
    left = [row[0] for row in workspace.query("SELECT id FROM job WHERE id LIKE 'o%%' ORDER BY id")]
    assert left == ["o1960", "o1980", "o1990"] and report["old_jobs_deleted"] == 2_996 and report["skipped"]["changed"] == 4, report
    assert workspace.query("SELECT count(*) FROM daemon_job_history") == [(0,)]
    restored = restore(workspace, report["run_id"])
    assert restored["errors"] == []
    columns = "SELECT t::text FROM {} AS t"
    for one, other in (("job", "kept"), ("daemon_job_history", "kept_history")):
        assert sorted(workspace.query(columns.format(one))) == sorted(workspace.query(columns.format(other)))


def looked_up(workspace, history):
    """How often a run over 6,000 rows asked what hangs off one, where it is true of those rows."""
    workspace.execute(TABLES.replace("{rows}", "6000"))
    workspace.execute("DELETE FROM daemon_job_history WHERE job_id <> ALL (%s::text[])", history)
    # An index is only worth asking where there are many.
    workspace.execute("INSERT INTO daemon_job_history (job_id) SELECT 'y' || 1 + n % 50 FROM generate_series(1, 20000) AS n; ANALYZE")
    before = content(workspace)
    asked = "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'daemon_job_history_job_id_idx'"
    quiet = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    workspace.execute("SELECT pg_stat_reset()")
    report = workspace.command("run", "--only", "old_jobs", "--json").exits(0).report
    eventually(lambda: workspace.query(quiet)[0][0] == 0, "the run's connections are gone", 60)
    found = workspace.query(asked)[0][0]
    assert workspace.query("SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'daemon_job_history'")[0][0] < 50
    assert report["old_jobs_deleted"] == 6_000 and report["dependents_deleted"]["old_jobs"] == len(history), report
    assert restore(workspace, report["run_id"])["errors"] == []
    assert content(workspace) == before
    workspace.execute("DROP TABLE daemon_job_history, job, brake; DROP TYPE jobstatus")
    return found - 6_000


def test_what_hangs_off_rows_is_asked_once_something_does(workspace):
    """Each row that goes is looked up by PostgreSQL itself, those of the first page by the transaction; with a row of the second page something goes along."""
    assert looked_up(workspace, []) < 1_200
    assert looked_up(workspace, ["o4552"]) > 3_000


@pytest.mark.parametrize(("way", "rows"), [("terminated", 4_500), ("refused", 2_500)])
def test_without_a_second_connection(workspace, way, rows):
    """It is terminated when it has read two pages, and then reads another."""
    workspace.execute(TABLES.replace("{rows}", str(rows)))
    before = content(workspace)
    workspace.execute("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'single') THEN CREATE ROLE single LOGIN; END IF; END $$")
    workspace.execute("GRANT SELECT, INSERT, DELETE ON ALL TABLES IN SCHEMA public TO single; GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO single")
    if way == "refused":
        workspace.user = "single"
        workspace.execute("ALTER ROLE single CONNECTION LIMIT 1")
    started = standing(workspace)
    if way == "terminated":
        eventually(lambda: workspace.query(READER), "the second page is read", 60)
        assert workspace.query(f"SELECT pg_terminate_backend(pid) FROM ({READER}) AS reader")
    finished = go_on(workspace, started)
    assert finished.report["old_jobs_deleted"] == rows and finished.report["errors"] == []
    assert finished.err.count("a second one isn't to be had") == 1
    workspace.user = "postgres"
    assert restore(workspace, finished.report["run_id"])["errors"] == []
    workspace.execute("UPDATE brake SET pulled = 0")
    assert content(workspace) == before


#: Names rows by types whose text, or binary form, isn't what the other is, in a column's order that has rows alike in time.
KEYED = """
CREATE DOMAIN day AS date;
CREATE TYPE kind AS ENUM ('one', 'two words');
CREATE TABLE entry (at {time} NOT NULL, fix char(5), mood kind, u uuid, raw bytea, n numeric(8, 3), d day, flag boolean, small smallint, note text,
  PRIMARY KEY (d, fix, mood, u, raw, n, flag, small));
CREATE INDEX ON entry (at);
INSERT INTO entry SELECT now() - interval '40 days' - n / 7 * interval '1 minute', (ARRAY['a', 'ä b', 'abcde'])[1 + n % 3],
  (ARRAY['one', 'two words'])[1 + n % 2]::kind, md5(n::text)::uuid, decode(repeat('00ff', n % 4), 'hex'), n / 1000.0 - 1,
  (ARRAY['infinity', '-infinity', '2026-01-01', '0044-03-15 BC'])[1 + n % 4]::date, n % 5 = 0, -n, 'note ' || n FROM generate_series(1, {rows}) AS n;
CREATE TABLE brake (pulled int);
INSERT INTO brake VALUES (0);
ANALYZE;
"""


@pytest.mark.parametrize("time", ["timestamptz", "timestamp", "date"])
def test_keys_of_every_type(workspace, time):
    """What a page has of a row by which it is sorted or decided about comes once, and is the archive's too."""
    workspace.configure({"preset": "none", "limits": {"surge": "none"}, "rules": [{"name": "old_entries", "table": "entry", "time": "at", "keep": "30d"}]})
    workspace.execute(KEYED.format(time=time, rows=5_000))
    before = content(workspace)
    finished = workspace.command("run", "--json").exits(0)
    assert finished.report["rows_deleted"] == {"old_entries": 5_000}
    assert workspace.query("SELECT count(*) FROM entry") == [(0,)]
    assert restore(workspace, finished.report["run_id"])["errors"] == []
    assert content(workspace) == before


@pytest.mark.parametrize("seed", range(max(1, KILLS // 6)))
def test_killed_while_pages_are_read_ahead(workspace, seed):
    chance = random.Random(seed)
    workspace.execute(TABLES.replace("{rows}", "3500"))
    before = content(workspace)
    quiet = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'jobsweep%%' AND datname = current_database()"
    for _ in range(2):
        there = workspace.query("SELECT count(*) FROM job")[0][0]
        started = workspace.start("run", "--only", "old_jobs", "--json")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and there - workspace.query("SELECT count(*) FROM job")[0][0] < chance.randrange(1_400):
            time.sleep(0.001)
        started.kill()
        started.finish()
        eventually(lambda: workspace.query(quiet)[0][0] == 0, "nobody at work any more", 60)
    workspace.run("--only", "old_jobs")
    assert workspace.query("SELECT count(*) FROM job WHERE id LIKE 'o%%'") == [(0,)]
    for path in sorted((workspace.state / "archive").iterdir(), key=lambda path: path.stat().st_mtime):
        restore(workspace, path.stem)
    assert content(workspace) == before
