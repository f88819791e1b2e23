"""Names and words are bytes: the database folds A to Z alone, and so does jobsweep."""

import pytest

from support import reports, schema
from support.odd_text import count, create

#: One word, written with one character and with two: the same text to a person, two names to a database.
COMPOSED, DECOMPOSED = "\u00e9tat", "e\u0301tat"


def fill(workspace):
    workspace.execute(
        "INSERT INTO job (id, type, status, created_at, updated_at) VALUES ('stale', 'sync', 'running', datetime('now', '-2 hours'), datetime('now', '-2 hours'));"
        "INSERT INTO job (id, type, status, completed_at) VALUES ('old', 'sync', 'completed', datetime('now', '-40 days'));"
        "INSERT INTO daemon_job_history (job_id) VALUES ('old')"
    )


@pytest.mark.parametrize(("column", "mapping"), [
    ("STATÜS", "STATÜS"), ("STATÜS", "statÜs"), ("ZUSTÄND", "ZUSTÄND"), ("İd", "İd"), ("ÄNDERUNG", "ÄNDERUNG"), (DECOMPOSED, DECOMPOSED),
])
def test_columns_with_letters_of_any_alphabet(workspace, column, mapping):
    """An index on them is found as well, or a run would read all jobs."""
    create(workspace.database, "UTF-8", schema.DDL.replace("status TEXT, progress", f'"{column}" TEXT, progress').replace("(status)", f'("{column}")').replace("(type, status)", f'(type, "{column}")').replace("(status, created_at)", f'("{column}", created_at)'))
    workspace.execute(
        f'INSERT INTO job (id, type, "{column}", created_at, updated_at) VALUES (\'stale\', \'sync\', \'running\', datetime(\'now\', \'-2 hours\'), datetime(\'now\', \'-2 hours\'))')
    workspace.configure({"tables": {"jobs": {"status": mapping}}})
    said = workspace.command("check").exits(0).said
    assert f"{mapping} has no index" not in said, said
    preview, report = workspace.preview(), workspace.run()
    assert (preview["cleaned_jobs"], report["cleaned_jobs"], report["errors"]) == (1, 1, [])


@pytest.mark.parametrize("table", ["JÖBS", "Ärbeit", DECOMPOSED])
def test_tables_with_letters_of_any_alphabet(workspace, table):
    """Their children are found by the foreign key, whose name for the table may be spelled another way in A to Z."""
    ddl = schema.DDL.replace("CREATE TABLE job (", f'CREATE TABLE "{table}" (').replace(" ON job (", f' ON "{table}" (')
    ddl = ddl.replace("REFERENCES job (id)", f'REFERENCES "{table.replace("J", "j").replace("t", "T")}" (id)')
    create(workspace.database, "UTF-8", ddl)
    workspace.execute(
        f'INSERT INTO "{table}" (id, type, status, completed_at) VALUES (\'old\', \'sync\', \'completed\', datetime(\'now\', \'-40 days\'));'
        "INSERT INTO daemon_job_history (job_id) VALUES ('old')"
    )
    workspace.configure({"tables": {"jobs": {"table": table}}})
    said = workspace.command("check").exits(0).said
    assert "daemon_job_history.job_id refers to the jobs" in said, said
    report = workspace.run()
    assert (report["old_jobs_deleted"], report["errors"], count(workspace, "daemon_job_history")) == (1, [], 0)


@pytest.mark.parametrize(("there", "asked"), [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED), ("ÄTAT", "ätat"), ("sKill", "s\u212aill")])
def test_a_name_that_only_looks_the_same_is_missing(workspace, there, asked):
    create(workspace.database, "UTF-8", schema.DDL.replace("updated_at DATETIME\n);\nCREATE INDEX ix_job_id", f'"{there}" DATETIME\n);\nCREATE INDEX ix_job_id').replace("CREATE INDEX ix_job_updated_at ON job (updated_at);", ""))
    workspace.configure({"tables": {"jobs": {"updated_at": asked}}})
    said = workspace.command("check").exits(1).said
    assert f"table job has no column {asked}" in said, said
    errors = workspace.run("--only", "stale_jobs")["errors"]
    assert [error["operation"] for error in errors] == ["stale_jobs"] and asked in errors[0]["error"]


@pytest.mark.parametrize(("configured", "written", "applies"), [
    ("check_stash_generate", "chec\u212a_stash_generate", False), ("check_stash_generate", "CHEC\u212a_STASH_GENERATE", False),
    (COMPOSED, DECOMPOSED, False), (DECOMPOSED, COMPOSED, False), ("übertragung", "ÜBERTRAGUNG", False),
    ("übertragung", "übertragung", True), ("übertragung", "üBERTRAGUNG", True), ("export", "EXPORT", True),
])
def test_a_type_is_the_configured_one_by_its_bytes(workspace, configured, written, applies):
    create(workspace.database, "UTF-8")
    workspace.configure({"operations": {"old_jobs": {"keep_by_type": {configured: "365d"}}, "stale_jobs": {"timeouts": {configured: "365d"}}}})
    workspace.execute(
        f"INSERT INTO job (id, type, status, completed_at) VALUES ('old', '{written}', 'completed', datetime('now', '-40 days'));"
        f"INSERT INTO job (id, type, status, created_at, updated_at) VALUES ('stale', '{written}', 'running', datetime('now', '-2 hours'), datetime('now', '-2 hours'))"
    )
    preview, report = workspace.preview(), workspace.run()
    assert reports.numbers(preview) == reports.numbers(report)
    assert (report["old_jobs_deleted"], report["cleaned_jobs"]) == ((0, 0) if applies else (1, 1))


def test_ids_that_only_look_the_same_are_two_jobs(workspace):
    """A preview that took one for the other would foresee the wrong fate of its plans."""
    create(workspace.database, "UTF-8")
    for ident, beat in ((COMPOSED, "-2 hours"), (DECOMPOSED, "-1 minutes")):
        workspace.execute(
            f"INSERT INTO job (id, type, status, created_at, updated_at) VALUES ('{ident}', 'sync', 'running', datetime('now', '-2 hours'), datetime('now', '{beat}'));"
            f"INSERT INTO analysis_plan (status, job_id) VALUES ('PENDING', '{ident}')"
        )
    preview, report = workspace.preview(), workspace.run()
    assert reports.numbers(preview) == reports.numbers(report) == {"cleaned_jobs": 1, "old_jobs_deleted": 0, "old_downloads_deleted": 0, "stuck_plans_updated": 1}
    assert [detail["job_id"].encode() for detail in report["cleaned_job_details"]] == [COMPOSED.encode()]
    assert workspace.query("SELECT job_id FROM analysis_plan WHERE status = 'PENDING'") == [(DECOMPOSED,)]
