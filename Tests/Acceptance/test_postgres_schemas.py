"""What a server, a database or a schema can be like beside the usual: `check` says what a run would say."""

import pytest

from test_postgres_faults import TABLES, fill


@pytest.fixture
def workspace(on_postgres):
    on_postgres.execute(TABLES)
    fill(on_postgres, 20)
    return on_postgres


def role(workspace, name, grants):
    workspace.execute(f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN CREATE ROLE {name} LOGIN; END IF; END $$")
    workspace.execute(grants)


RULES = {
    "one with a condition": "DELETE TO job WHERE old.status = 'completed' DO INSTEAD NOTHING",
    "one without": "DELETE TO job DO INSTEAD NOTHING",
    "one that marks": "DELETE TO job DO INSTEAD UPDATE job SET error = 'gone' WHERE id = old.id RETURNING job.*",
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_a_rule_that_takes_the_deletions_place(workspace, rule):
    workspace.execute(f"CREATE RULE aside AS ON {rule}")
    said = workspace.command("check").exits(1).out
    for command in ("preview", "run"):
        report = workspace.command(command, "--json", "--only", "old_jobs").report
        error = report["errors"][0]["error"]
        assert report["old_jobs_deleted"] == 0 and "rule aside on job does something else INSTEAD of a DELETE" in error, report
        assert error in said
    assert workspace.query("SELECT count(*), count(error) FROM job WHERE id LIKE 'o%'") == [(20, 0)]


def test_a_rule_beside_a_deletion(workspace):
    workspace.execute("CREATE TABLE log (id varchar)")
    workspace.execute("CREATE RULE beside AS ON DELETE TO job WHERE old.id = 'o3' DO ALSO INSERT INTO log VALUES (old.id)")
    assert "rule beside on job" in workspace.command("check").exits(0).out
    assert workspace.run("--only", "old_jobs")["old_jobs_deleted"] == 20
    assert workspace.query("SELECT id FROM log") == [("o3",)]


def test_row_level_security_on_rows_that_go_along(workspace):
    role(workspace, "half_blind", "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO half_blind")
    workspace.execute("ALTER TABLE daemon_job_history ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON daemon_job_history USING (id < 2)")
    workspace.user = "half_blind"
    said = workspace.command("check").exits(1).out
    assert "row-level security hides rows of daemon_job_history from half_blind" in said and "ALTER ROLE half_blind BYPASSRLS" in said
    report = workspace.run("--only", "old_jobs")
    assert report["old_jobs_deleted"] == 0 and "row-level security" in report["errors"][0]["error"], report


def test_row_level_security_on_rows_that_keep_others(workspace):
    role(workspace, "half_blind", "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO half_blind")
    workspace.execute("CREATE TABLE item (id int PRIMARY KEY, job varchar); CREATE TABLE pin (item int); GRANT ALL ON item, pin TO half_blind")
    workspace.execute("ALTER TABLE pin ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON pin USING (item < 2)")
    workspace.configure({"rules": [{
        "name": "jobs", "table": "job", "time": "completed_at", "keep": "30d", "where": {"status": ["completed"]},
        "dependents": [{"table": "item", "column": "job", "unless_referenced": [{"table": "pin", "column": "item"}]}],
    }]})  # fmt: skip
    workspace.user = "half_blind"
    said = workspace.command("check").exits(1).out
    assert "row-level security hides rows of pin from half_blind" in said


def test_a_schema_that_the_role_may_not_use(workspace):
    workspace.execute("CREATE SCHEMA app; ALTER TABLE job SET SCHEMA app; ALTER DATABASE %s SET search_path = app, public" % workspace.name)
    role(workspace, "outside", "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA app, public TO outside")
    workspace.user = "outside"
    said = workspace.command("check").exits(1).out
    assert "GRANT USAGE ON SCHEMA app TO outside" in said
    workspace.execute("GRANT USAGE ON SCHEMA app TO outside")
    assert "GRANT USAGE" not in workspace.command("check").exits(0).out
    assert workspace.run("--only", "old_jobs")["old_jobs_deleted"] == 20


def test_a_database_without_an_encoding(workspace):
    """Its text is bytes, which are UTF-8 or not; what no encoding knows is archived and put back as it was."""
    name = f"{workspace.name}_bytes"
    workspace.execute(f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    workspace.name = name
    with workspace.connect() as connection:
        connection.execute("SET client_encoding = 'SQL_ASCII'")
        connection.execute(TABLES)
        connection.execute(
            r"""INSERT INTO job (id, type, status, error, completed_at) SELECT 'o' || n || CASE WHEN n = 2 THEN E'\xff' ELSE '' END, 'sync',
                'completed', CASE WHEN n = 1 THEN E'caf\xe9' WHEN n = 3 THEN E'caf\xc3\xa9' END, now() - interval '40 days' FROM generate_series(1, 4) AS n;
                INSERT INTO daemon_job_history (job_id) VALUES (E'o2\xff'), ('o1')"""
        )
    rows = "SELECT encode(convert_to(id, 'SQL_ASCII'), 'hex'), encode(convert_to(error, 'SQL_ASCII'), 'hex'), completed_at FROM job ORDER BY 1"
    before = workspace.query(rows)
    assert workspace.preview("--only", "old_jobs")["old_jobs_deleted"] == 4
    report = workspace.run("--only", "old_jobs")
    assert report["status"] == "completed" and report["old_jobs_deleted"] == 4, report
    assert workspace.query("SELECT (SELECT count(*) FROM job), (SELECT count(*) FROM daemon_job_history)") == [(0, 0)]
    restored = workspace.command("restore", report["run_id"], "--json").exits(0).report
    assert restored["status"] == "completed", restored
    assert workspace.query(rows) == before
    assert workspace.query("SELECT count(*) FROM daemon_job_history") == [(2,)]
