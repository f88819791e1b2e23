"""One run at a time on a PostgreSQL database, from wherever it is started; and what nobody may read."""

import os
import re
import signal
import socket
import subprocess

import pytest

from support.ports import free_port
from support.waiting import eventually
from test_postgres_faults import TABLES, fill
from test_postgres_pressure import stands_still


@pytest.fixture
def workspace(on_postgres):
    on_postgres.execute(TABLES)
    fill(on_postgres, 2_000)
    on_postgres.configure({"limits": {"surge": "none"}})
    return on_postgres


@pytest.fixture
def bouncer(request, server, workspace):
    """A PgBouncer in transaction mode, or another, with more settings or without; its port."""
    mode, *more = getattr(request, "param", "transaction").splitlines()
    port = free_port()
    folder = server.folder / f"bouncer{port}"
    folder.mkdir()
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        f"[databases]\n* = host={server.folder} port={server.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
        f"unix_socket_dir =\nauth_type = any\nauth_file =\npool_mode = {mode}\nlogfile = {folder}/log\npidfile = {folder}/pid\n"
        f"admin_users = postgres\n".replace("* =", f"{workspace.name} =").replace(f"port={server.port}", f"port={server.port} user=postgres")
        + "".join(f"{line}\n" for line in more)
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
    # What the server had of its batch goes with it, and is nobody's.
    eventually(lambda: not waits(workspace), "the first one's connection is gone", 60)
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


#: With one connection a run would wait for itself.
USELESS = {
    "statement": "pool_mode transaction or session",
    "transaction\ndefault_pool_size = 1": "raise its pool_size",
    "session\ndefault_pool_size = 1": "raise its pool_size",
}


@pytest.mark.parametrize("bouncer, remedy", USELESS.items(), indirect=["bouncer"])
def test_through_a_pooler_that_is_of_no_use(workspace, bouncer, remedy):
    workspace.through = bouncer
    report = workspace.run()
    assert report["status"] == "failed" and remedy in report["errors"][0]["error"], report
    assert workspace.query("SELECT count(*) FROM job WHERE id LIKE 'o%'") == [(2_000,)]


@pytest.mark.parametrize("bouncer", ["transaction\ndefault_pool_size = 2", "session\ndefault_pool_size = 3"], indirect=True)
def test_through_a_pooler_that_has_few(workspace, bouncer):
    workspace.through = bouncer
    assert workspace.run()["old_jobs_deleted"] == 2_000


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


def without_locks(workspace):
    """From now on advisory locks are everybody's who asks, as on servers that speak PostgreSQL's language and have none."""
    workspace.execute(
        """CREATE SCHEMA powerless;
           CREATE FUNCTION powerless.pg_try_advisory_lock(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT true';
           CREATE FUNCTION powerless.pg_try_advisory_xact_lock(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT true';
           CREATE FUNCTION powerless.pg_advisory_unlock(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT true'"""
    )
    workspace.execute(f'ALTER DATABASE "{workspace.name}" SET search_path = public, powerless, pg_catalog')


def offered(said):
    """The statements that a refusal says to run."""
    return re.search(r"its owner can run (CREATE TABLE .*|GRANT .*)", said)[1].split(":")[0]


def lease_table(workspace):
    report = workspace.run()
    assert report["status"] == "failed" and "advisory locks keep nobody off" in report["errors"][0]["error"], report
    workspace.execute(offered(report["errors"][0]["error"]))


def expire(workspace):
    """Lets the holder's time be over by the server's clock."""
    workspace.execute("UPDATE jobsweep_lease SET expires_at = now()")


def another(workspace):
    return workspace.jobsweep("run", "--json", "--config.file", workspace.config_file, "--database", workspace.database, "--state", workspace.folder / "another")


def test_where_advisory_locks_do_nothing_a_table_is_needed(workspace):
    without_locks(workspace)
    workspace.execute("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'deleter') THEN CREATE ROLE deleter LOGIN; END IF; END $$")
    workspace.execute("GRANT USAGE ON SCHEMA powerless TO deleter; GRANT SELECT, DELETE, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO deleter")
    workspace.user, owner = "deleter", workspace.user
    wanted = workspace.run()["errors"][0]["error"]
    said = workspace.command("check").exits(1).out
    assert offered(said) == offered(wanted) and "GRANT SELECT, INSERT, UPDATE ON public.jobsweep_lease TO deleter" in wanted
    # A preview needs none.
    assert workspace.preview()["old_jobs_deleted"] == 2_000
    create, grant = offered(wanted).split("; ")
    workspace.user = owner
    workspace.execute(create)
    workspace.user = "deleter"
    refused = workspace.run()["errors"][0]["error"]
    assert offered(refused) == grant
    workspace.user = owner
    workspace.execute(grant)
    workspace.user = "deleter"
    assert "jobsweep_lease keeps runs apart" in workspace.command("check").exits(0).out
    assert workspace.run()["old_jobs_deleted"] == 2_000
    # Given back, not waited out.
    assert workspace.run()["status"] == "completed"
    assert workspace.query("SELECT election FROM jobsweep_lease") == [(2,)]


def test_a_lease_in_a_table_is_taken_over_once_its_holder_is_gone(workspace):
    without_locks(workspace)
    lease_table(workspace)
    held = Held(workspace)
    first = workspace.start("run", "--json")
    eventually(lambda: workspace.query("SELECT count(*) FROM jobsweep_lease") == [(1,)], "the first run is under way", 60)
    refused = another(workspace).exits(4)
    assert f"process {first.pid} on {socket.gethostname()}" in refused.err, refused.err
    first.kill()
    first.process.wait()
    held.let_go()
    refused = another(workspace).exits(4)
    assert re.search(r"should it be gone, another may begin in \d+ s", refused.err)
    expire(workspace)
    report = another(workspace).exits(0).report
    assert 2_000 - 1 <= report["old_jobs_deleted"] <= 2_000
    assert workspace.query("SELECT count(*) FROM job WHERE id LIKE 'o%'") == [(0,)]


def test_a_holder_that_wakes_up_too_late_changes_nothing_more(workspace):
    without_locks(workspace)
    lease_table(workspace)
    fill(workspace, 20_000)
    workspace.execute("CREATE TABLE brake (pulled int); INSERT INTO brake VALUES (1)")
    workspace.configure({"limits": {"surge": "none"}, "pacing": {"throttle_query": "SELECT pulled FROM brake"}, "log": {"level": "info"}})
    first = workspace.start("run", "--json", "--only", "old_jobs")
    assert stands_still(workspace) > 0
    first.pause()
    try:
        expire(workspace)
        workspace.execute("UPDATE brake SET pulled = 0")
        second = another(workspace).exits(0).report
        fill(workspace, 20_000)
    finally:
        first.send(signal.SIGCONT)
    report = first.finish().report
    assert report["status"] == "failed" and "may have taken over" in report["errors"][0]["error"], report
    assert report["old_jobs_deleted"] + second["old_jobs_deleted"] == 20_000
    assert workspace.query("SELECT count(*) FROM job WHERE id LIKE 'o%'") == [(20_000,)]


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
    assert exposition["jobsweep_database_dead_rows"] >= 0 and exposition["jobsweep_database_replication_lag_bytes"] >= 0
    (info,) = exposition.labels("jobsweep_database_info")
    version = workspace.query("SHOW server_version")[0][0].split()[0]
    assert info == {("engine", "postgresql"), ("version", version), ("pooler", "no")}
    assert f"PostgreSQL {version}" in status.text and f"PostgreSQL {version}" in serving.ask("/").text
    assert "dead rows" in serving.ask("/").text and "Reclaimable" not in serving.ask("/").text
    serving.stop()
