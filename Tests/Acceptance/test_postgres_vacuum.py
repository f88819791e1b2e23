"""The space of rows that went: what the server does about it, and what jobsweep has it do."""

import json

import pytest

from test_postgres_faults import TABLES, fill

DEAD = "SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'job'"


@pytest.fixture
def workspace(on_postgres):
    on_postgres.execute(TABLES)
    # Nobody else clears away.
    for table in ("job", "handled_downloads", "daemon_job_history"):
        on_postgres.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
    on_postgres.configure({"limits": {"surge": "none"}})
    fill(on_postgres, 1_000)
    return on_postgres


def test_vacuum_says_what_postgresql_does_instead_and_does_it_at_once(workspace):
    workspace.execute("ALTER TABLE job RESET (autovacuum_enabled); ALTER TABLE job SET (autovacuum_vacuum_threshold = 100000)")
    assert workspace.run("--only", "old_jobs")["old_jobs_deleted"] == 1_000
    planned = workspace.command("vacuum", "--dry-run").exits(0).out
    assert "autovacuum" in planned and "VACUUM (FULL)" in planned and "handled_downloads" in planned
    assert "daemon_job_history" in planned and "autovacuum is off for it, never vacuumed" in planned
    (before,) = [table for table in json.loads(workspace.command("vacuum", "--dry-run", "--json").out)["tables"] if table["table"] == "job"]
    assert before["dead_rows"] >= 1_000 and 100_000 <= before["autovacuum_begins_at"] <= 110_000 and before["last_vacuum"] is None
    with workspace.connect() as other:
        other.execute("BEGIN")
        other.execute("LOCK TABLE handled_downloads IN ACCESS EXCLUSIVE MODE")
        said = workspace.command("vacuum", "--yes", "--json").exits(3)
    tables = {table["table"]: table for table in json.loads(said.out)["tables"]}
    assert tables["handled_downloads"]["locked"] and "not vacuumed: handled_downloads" in said.err
    assert tables["job"]["dead_rows"] == 0 and tables["job"]["dead_rows_before"] == before["dead_rows"] and tables["job"]["last_vacuum"]
    assert workspace.query(DEAD) == [(0,)]
    assert "0 dead rows before, 0 now" in workspace.command("vacuum", "--yes").exits(0).out


def test_a_role_that_may_not_vacuum(workspace):
    workspace.execute("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'reader') THEN CREATE ROLE reader LOGIN; END IF; END $$")
    workspace.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    workspace.user = "reader"
    said = workspace.command("vacuum", "--yes").exits(1)
    newer = workspace.query("SELECT current_setting('server_version_num')::int >= 170000")[0][0]
    # Its owner is a superuser, whom nobody is to be made for this.
    assert ('GRANT MAINTAIN ON "public"."job" TO reader' if newer else "may not vacuum it: its owner can run VACUUM") in said.err
    assert "GRANT postgres" not in said.err
    workspace.execute("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'owner') THEN CREATE ROLE owner; END IF; END $$")
    workspace.execute("ALTER TABLE job OWNER TO owner")
    assert ('GRANT MAINTAIN ON "public"."job" TO reader' if newer else "GRANT owner TO reader") in workspace.command("vacuum", "--yes").exits(1).err
    assert workspace.query("SELECT sum(vacuum_count) FROM pg_stat_user_tables") == [(0,)]


def test_a_run_that_vacuums_at_its_end(workspace):
    workspace.configure({"limits": {"surge": "none"}, "pacing": {"vacuum_after_run": True}})
    assert workspace.run("--only", "old_jobs")["status"] == "completed"
    assert workspace.query(DEAD) == [(0,)]
    assert workspace.query("SELECT vacuum_count, analyze_count FROM pg_stat_user_tables WHERE relname = 'job'") == [(1, 1)]
