"""A run waits for those who have trouble enough without it, and says for whom."""

import json
import math
import re
import threading
import time

import pytest

from support.waiting import eventually
from test_postgres_faults import TABLES, fill

ROWS = 20_000


@pytest.fixture(scope="module")
def standby(server):
    standby = server.standby()
    yield standby
    standby.close()


@pytest.fixture
def workspace(on_postgres):
    on_postgres.execute(TABLES)
    fill(on_postgres, ROWS)
    return on_postgres


def deleting(workspace):
    """A run under way that has deleted something."""
    started = workspace.start("run", "--json", "--only", "old_jobs")
    eventually(lambda: workspace.query("SELECT count(*) FROM job WHERE id LIKE 'o%'")[0][0] < ROWS, "rows go", 60, 0.005)
    return started


def stands_still(workspace):
    """Waits until no row has gone for a while; how many are left."""
    def count():
        return workspace.query("SELECT count(*) FROM job WHERE id LIKE 'o%'")[0][0]

    def probe():
        before = count()
        time.sleep(1.5)
        return before if before == count() and before else None

    return eventually(probe, "the run waits", 120)


def test_a_standby_that_is_behind(workspace, standby):
    workspace.configure({"pacing": {"replication_lag": "1MiB"}})
    behind = "SELECT max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)) FROM pg_stat_replication"
    with standby.connect(workspace.name) as other:
        other.execute("SELECT pg_wal_replay_pause()")
        try:
            started = deleting(workspace)
            eventually(lambda: workspace.query(behind)[0][0] >= 1 << 20, "the standby is behind", 120)
            assert stands_still(workspace) > 0
            # What a second of batches writes comes on top of the limit.
            assert workspace.query(behind)[0][0] < 64 << 20
        finally:
            # Every run on this server would wait for it.
            other.execute("SELECT pg_wal_replay_resume()")
    report = started.finish().report
    assert report["status"] == "completed" and report["old_jobs_deleted"] == ROWS
    assert re.fullmatch(r".+ is \d{7,} bytes behind", report["pause_causes"]["replication"])
    assert report["pauses"]["replication"] > 1 and report["pauses"]["throttle_query"] == 0


def test_a_standby_is_previewed_and_not_swept(workspace, standby):
    caught_up = "SELECT count(*) FROM job"
    eventually(lambda: standby.query(workspace.name, caught_up) == workspace.query(caught_up), "the standby has it all", 60)
    primary, workspace.server = workspace.server, standby
    try:
        preview = workspace.preview("--only", "old_jobs")
        assert preview["status"] == "completed" and preview["old_jobs_deleted"] == ROWS
        report = workspace.run("--only", "old_jobs")
        assert report["status"] == "failed" and "is read-only, as a standby is" in report["errors"][0]["error"], report
        assert "it is a standby" in workspace.command("check").exits(1).out
    finally:
        workspace.server = primary


def test_what_the_role_may_not_see_is_unknown(workspace, standby):
    workspace.execute("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'blind') THEN CREATE ROLE blind LOGIN; END IF; END $$")
    workspace.execute("GRANT SELECT, DELETE, UPDATE ON ALL TABLES IN SCHEMA public TO blind")
    workspace.user = "blind"
    workspace.configure({"schedule": {"every": "1h", "first_run_after": "0s"}})
    serving = workspace.serve()
    exposition = serving.until(lambda e: e.get("jobsweep_jobs_deleted_total", job_type="sync") == ROWS, "a sweep has been", 120)
    for name in ("replication_lag_bytes", "oldest_snapshot_seconds"):
        assert math.isnan(exposition[f"jobsweep_database_{name}"])
    assert "oldest snapshot unknown" in serving.ask("/").text
    run = json.loads(serving.ask(f"/api/jobs/{json.loads(serving.ask('/api/jobs').text)['jobs'][0]['id']}").text)
    assert run["result"]["pauses_unknown"].keys() == {"replication", "snapshot"}
    page = serving.ask(f"/runs/{run['id']}").text
    assert "GRANT pg_monitor TO blind" in page and "Not known" in page
    serving.until_said("it is unknown whether runs had better wait")
    serving.stop()


def test_several_hosts_lead_to_the_one_that_can_be_written(workspace, standby):
    hosts = f"127.0.0.1:{standby.port},127.0.0.1:{workspace.server.port}"
    there = ("--database", f"postgresql://postgres@{hosts}/{workspace.name}", "--state", workspace.state)
    # The standby comes first, and has other rows for as long as it stands still: whoever looks sees what the run will find.
    standby.query(workspace.name, "SELECT pg_wal_replay_pause()")
    workspace.execute("DELETE FROM job WHERE ctid IN (SELECT ctid FROM job WHERE id LIKE 'o%' LIMIT 10)")
    assert "it is a standby" not in workspace.jobsweep("check", *there).exits(0).out
    assert workspace.jobsweep("preview", "--json", "--only", "old_jobs", *there).report["old_jobs_deleted"] == ROWS - 10
    workspace.jobsweep("vacuum", "--yes", *there).exits(0)
    said = workspace.jobsweep("run", "--json", "--only", "old_jobs", *there)
    assert said.report["old_jobs_deleted"] == ROWS - 10
    standby.query(workspace.name, "SELECT pg_wal_replay_resume()")


def test_several_hosts_of_which_none_can_be_written_are_looked_at(workspace, standby):
    caught_up = "SELECT count(*) FROM job"
    eventually(lambda: standby.query(workspace.name, caught_up) == workspace.query(caught_up), "the standby has it all", 60)
    hosts = f"127.0.0.1:{standby.port},127.0.0.1:{standby.port}"
    there = ("--database", f"postgresql://postgres@{hosts}/{workspace.name}", "--state", workspace.state)
    assert "it is a standby" in workspace.jobsweep("check", *there).exits(1).out
    assert workspace.jobsweep("preview", "--json", "--only", "old_jobs", *there).report["old_jobs_deleted"] == ROWS


def test_a_query_of_the_users_own(workspace):
    workspace.execute("CREATE TABLE brake (pulled int); INSERT INTO brake VALUES (1)")
    workspace.configure({"pacing": {"throttle_query": "SELECT pulled FROM brake"}, "log": {"level": "info"}})
    started = deleting(workspace)
    assert stands_still(workspace) > 0
    workspace.execute("UPDATE brake SET pulled = 0")
    finished = started.finish()
    assert finished.err.count("a run waits (throttle_query)") == 1
    report = finished.report
    assert report["pause_causes"] == {"throttle_query": "throttle_query gives 1"}
    assert report["status"] == "completed" and report["old_jobs_deleted"] == ROWS
    assert report["pauses"]["throttle_query"] > 1 and report["pauses"]["replication"] == 0


def test_an_old_snapshot(workspace):
    workspace.configure({"pacing": {"snapshot_age": "1s"}})
    with workspace.connect() as reader:
        reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT count(*) FROM job")
        time.sleep(1.2)
        started = deleting(workspace)
        assert stands_still(workspace) > 0
        reader.execute("ROLLBACK")
    report = started.finish().report
    assert report["status"] == "completed" and report["pauses"]["snapshot"] > 1


def test_a_run_that_waits_is_cancelled_and_ends_by_its_time(workspace):
    workspace.execute("CREATE TABLE brake (pulled int); INSERT INTO brake VALUES (1)")
    workspace.configure({"pacing": {"throttle_query": "SELECT pulled FROM brake"}, "schedule": {"timeout": "3s"}})
    report = deleting(workspace).finish().report
    assert report["status"] == "completed_with_errors" and "time limit" in report["errors"][0]["error"]
    assert 0 < report["old_jobs_deleted"] == ROWS - workspace.query("SELECT count(*) FROM job WHERE id LIKE 'o%'")[0][0]


def test_a_cancelled_statement_of_a_run(workspace):
    """Somebody cancels what the run does: the batch is tried again in halves, and nothing is lost."""
    stop = threading.Event()

    def harass():
        with workspace.connect() as other:
            # On a busy machine each statement would be met, and nothing would ever be done.
            for _ in range(1_000):
                if stop.is_set():
                    break
                other.execute("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'jobsweep%' AND state = 'active' AND query LIKE 'DELETE%'")
                time.sleep(0.01)

    thread = threading.Thread(target=harass)
    thread.start()
    try:
        report = workspace.run("--only", "old_jobs")
    finally:
        stop.set()
        thread.join()
    left = workspace.query("SELECT count(*) FROM job WHERE id LIKE 'o%'")[0][0]
    assert report["old_jobs_deleted"] == ROWS - left
    assert workspace.run("--only", "old_jobs")["old_jobs_deleted"] == left
