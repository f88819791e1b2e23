"""One run at a time on a PostgreSQL database, from wherever it is started; and what nobody may read."""

import os
import re
import signal
import subprocess

import pytest

from support.ports import free_port
from support.waiting import eventually
from test_postgres_faults import TABLES, fill


@pytest.fixture
def workspace(on_postgres):
    on_postgres.execute(TABLES)
    fill(on_postgres, 2_000)
    on_postgres.configure({"limits": {"surge": "none"}})
    return on_postgres


@pytest.fixture
def bouncer(tmp_path, server, workspace):
    """A PgBouncer in transaction mode; its port."""
    port = free_port()
    folder = server.folder / f"bouncer{port}"
    folder.mkdir()
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        f"[databases]\n* = host={server.folder} port={server.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
        f"unix_socket_dir =\nauth_type = any\nauth_file =\npool_mode = transaction\nlogfile = {folder}/log\npidfile = {folder}/pid\n"
        f"admin_users = postgres\n".replace("* =", f"{workspace.name} =").replace(f"port={server.port}", f"port={server.port} user=postgres")
    )
    as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    if as_postgres:
        subprocess.run(["chown", "-R", "postgres", folder], check=True)
    process = subprocess.Popen([*as_postgres, "/usr/sbin/pgbouncer", settings], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def answers():
        import psycopg

        try:
            with psycopg.connect(host="127.0.0.1", port=port, dbname=workspace.name, user="postgres"):
                return True
        except psycopg.OperationalError:
            return False

    eventually(answers, "the pooler answers", 60)
    yield port
    process.terminate()
    process.wait()


class Held:
    """The jobs' table, locked so that a run waits in its first batch."""

    def __init__(self, workspace):
        self.connection = workspace.connect()
        self.connection.execute("BEGIN")
        self.connection.execute("LOCK TABLE job IN EXCLUSIVE MODE")

    def let_go(self):
        self.connection.execute("ROLLBACK")
        self.connection.close()


def waits(workspace):
    """Whether a run has come to its first batch."""
    return workspace.query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")[0][0] > 0


def test_a_second_run_is_refused_and_told_who_is_at_work(workspace):
    held = Held(workspace)
    first = workspace.start("run", "--json")
    eventually(lambda: waits(workspace), "the first run is under way", 60)
    second = workspace.jobsweep("run", "--database", workspace.database, "--state", workspace.folder / "another").exits(4)
    held.let_go()
    report = first.finish().report
    assert report["run_id"] in second.err and str(first.pid) in second.err
    assert report["status"] == "completed" and report["old_jobs_deleted"] == 2_000
    workspace.command("run").exits(0)


def test_two_sidecars_with_states_of_their_own(workspace, tmp_path):
    """One sweeps, the other says why not, and takes over when the first is killed."""
    settings = {"schedule": {"every": "5s", "first_run_after": "0s"}, "limits": {"surge": "none"}}
    workspace.configure(settings)
    held = Held(workspace)
    first = workspace.serve()
    first.until(lambda e: e["jobsweep_running"] == 1, "the first sweeps", 60)
    workspace.state = tmp_path / "another"
    second = workspace.serve()
    second.until(lambda e: e.get("jobsweep_runs_skipped_total", reason="overlap") >= 1, "the second is kept out", 60)
    assert "another run is under way" in second.said and str(first.pid) in second.said
    os.kill(first.pid, signal.SIGKILL)
    held.let_go()
    second.until(lambda e: e.get("jobsweep_jobs_deleted_total", job_type="sync") == 2_000, "the second has taken over", 120)
    assert workspace.query("SELECT count(*) FROM job WHERE id LIKE 'o%'") == [(0,)]
    second.stop()


def test_through_a_pooler(workspace, bouncer):
    workspace.through = bouncer
    check = workspace.command("check").exits(0)
    assert "through a pooler" in check.out
    held = Held(workspace)
    first = workspace.start("run", "--json")
    eventually(lambda: waits(workspace), "the first run is under way", 60)
    second = workspace.jobsweep("run", "--database", workspace.database, "--state", workspace.folder / "another").exits(4)
    held.let_go()
    report = first.finish().report
    assert report["run_id"] in second.err and str(first.pid) in second.err
    assert report["status"] == "completed" and report["old_jobs_deleted"] == 2_000
    assert workspace.run()["old_jobs_deleted"] == 0


def test_a_lease_that_is_lost_behind_a_pooler_ends_the_run(workspace, bouncer):
    workspace.through = bouncer
    held = Held(workspace)
    first = workspace.start("run", "--json", "--only", "old_jobs,old_downloads")
    eventually(lambda: waits(workspace), "the run is under way", 60)
    workspace.query("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
    held.let_go()
    report = first.finish().report
    # The batch that waited was begun with the lease; none comes after it.
    assert report["status"] == "failed" and "another may have begun" in report["errors"][0]["error"], report
    assert report["old_jobs_deleted"] <= 1
    assert workspace.run()["old_jobs_deleted"] + report["old_jobs_deleted"] == 2_000


@pytest.mark.parametrize("url", ["postgresql://bob:s3cret@{}:{}/{}", "postgresql://bob@{}:{}/{}?password=s3cret"])
def test_a_password_is_nowhere_to_be_read(workspace, server, url):
    url = url.format("127.0.0.1", server.port, workspace.name)
    refused = workspace.jobsweep("run", "--database", url, "--state", workspace.state).exits(2)
    assert "password on a command line" in refused.err and "s3cret" not in refused.said
    workspace.execute("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bob') THEN CREATE ROLE bob LOGIN SUPERUSER; END IF; END $$")
    workspace.configure({"database": url, "log": {"level": "trace"}, "schedule": {"every": "1h", "first_run_after": "0s"}})
    said = [workspace.jobsweep(*words, "--config.file", workspace.config_file, "--state", workspace.state).said for words in (["run", "--json"], ["check"], ["config"], ["history", "--json"], ["preview"])]
    serving = workspace.serve(database=False)
    serving.until(lambda e: e["jobsweep_up"] == 1, "it is up", 60)
    said += [serving.ask(path).text for path in ("/", "/metrics", "/api/status", "/api/jobs")] + [serving.said]
    serving.stop()
    for text in said:
        assert "s3cret" not in text
    assert re.search(r"postgresql://bob@127\.0\.0\.1:\d+/", said[2])


def test_serving_shows_the_servers_facts(workspace):
    workspace.configure({"schedule": {"every": "1h", "first_run_after": "0s"}})
    serving = workspace.serve()
    exposition = serving.until(lambda e: e.get("jobsweep_jobs_deleted_total", job_type="sync") == 2_000, "a sweep has been", 60)
    assert exposition["jobsweep_up"] == 1 and exposition["jobsweep_database_size_bytes"] > 1_000_000
    assert exposition["jobsweep_database_free_bytes"] != exposition["jobsweep_database_free_bytes"]
    status = serving.ask("/api/status")
    assert '"dead_rows"' in status.text and '"free_bytes":null' in status.text.replace(" ", "")
    assert "dead rows" in serving.ask("/").text and "Reclaimable" not in serving.ask("/").text
    serving.stop()


def test_vacuum_says_what_postgresql_does_instead(workspace):
    said = workspace.command("vacuum", "--yes")
    assert said.code == 1 and "autovacuum" in said.err
