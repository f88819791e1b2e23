"""What names a row must be unique: anything else is refused, by check and run alike, and never half believed."""

import pytest

from support import reports, schema
from support.odd_text import count, create

TABLE = """CREATE TABLE handled_downloads (
    id BIGINT NOT NULL PRIMARY KEY,
    timestamp DATETIME, download_name TEXT, destination_path TEXT, job_id TEXT
);"""
COLUMNS = "timestamp DATETIME, download_name TEXT, destination_path TEXT, job_id TEXT"

NOT_UNIQUE = {
    "a composite primary key, without rowid": f"CREATE TABLE handled_downloads (id BIGINT, part INTEGER, {COLUMNS}, PRIMARY KEY (id, part)) WITHOUT ROWID;",
    "a composite primary key": f"CREATE TABLE handled_downloads (id BIGINT, part INTEGER, {COLUMNS}, PRIMARY KEY (id, part));",
    "no key at all": f"CREATE TABLE handled_downloads (id BIGINT, part INTEGER, {COLUMNS});",
    "another column is the key": f"CREATE TABLE handled_downloads (id BIGINT, part INTEGER PRIMARY KEY, {COLUMNS}) WITHOUT ROWID;",
    "an index that isn't unique": f"CREATE TABLE handled_downloads (id BIGINT, part INTEGER, {COLUMNS}); CREATE INDEX ix ON handled_downloads (id);",
    "an index over some rows": f"CREATE TABLE handled_downloads (id BIGINT, part INTEGER, {COLUMNS}); CREATE UNIQUE INDEX ix ON handled_downloads (id) WHERE id > 100000;",
    "an index over more": f"CREATE TABLE handled_downloads (id BIGINT, part INTEGER, {COLUMNS}); CREATE UNIQUE INDEX ix ON handled_downloads (id, part);",
    "an index over an expression": f"CREATE TABLE handled_downloads (id BIGINT, part INTEGER, {COLUMNS}); CREATE UNIQUE INDEX ix ON handled_downloads (id + part);",
}

UNIQUE = {
    "the primary key, without rowid": f"CREATE TABLE handled_downloads (id BIGINT PRIMARY KEY, part INTEGER, {COLUMNS}) WITHOUT ROWID;",
    "the row's number": f"CREATE TABLE handled_downloads (id INTEGER PRIMARY KEY, part INTEGER, {COLUMNS});",
    "a unique index": f"CREATE TABLE handled_downloads (id BIGINT, part INTEGER, {COLUMNS}); CREATE UNIQUE INDEX ix ON handled_downloads (id);",
    "unique beside another key": f"CREATE TABLE handled_downloads (id BIGINT UNIQUE, part INTEGER PRIMARY KEY, {COLUMNS}) WITHOUT ROWID;",
    "unique beside a composite key": f"CREATE TABLE handled_downloads (id BIGINT NOT NULL UNIQUE, part INTEGER, {COLUMNS}, PRIMARY KEY (part, job_id)) WITHOUT ROWID;",
}


def fill(workspace, definition, rows=2400, same=2):
    create(workspace.database, "UTF-8", schema.DDL.replace(TABLE, definition))
    workspace.execute(
        f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {rows - 1})"
        f" INSERT INTO handled_downloads (id, part, timestamp, job_id) SELECT i / {same}, i, datetime('now', '-20 days'), i FROM n"
    )
    workspace.execute("INSERT INTO job (id, type, status, completed_at) VALUES ('old', 'sync', 'completed', datetime('now', '-40 days'))")


@pytest.mark.parametrize("how", NOT_UNIQUE)
def test_a_key_that_is_not_unique_is_refused(workspace, how):
    """Nothing of the operation is done, the others are; check says the same before."""
    fill(workspace, NOT_UNIQUE[how])
    said = workspace.command("check").exits(1).said
    (line,) = [line for line in said.splitlines() if "old_downloads" in line]
    assert "handled_downloads" in line and "unique" in line, line
    preview, report = workspace.preview(), workspace.run()
    for each in (preview, report):
        assert reports.numbers(each) == {"cleaned_jobs": 0, "old_jobs_deleted": 1, "old_downloads_deleted": 0, "stuck_plans_updated": 0}
        (error,) = each["errors"]
        assert error["operation"] == "old_downloads" and "unique" in error["error"] and each["status"] == "completed_with_errors"
    assert count(workspace, "handled_downloads") == 2400


def test_a_key_of_the_jobs_that_is_not_unique_is_refused(workspace):
    definition = schema.DDL.replace("id TEXT NOT NULL PRIMARY KEY,\n    type", "id TEXT NOT NULL, part INTEGER DEFAULT 0,\n    type").replace(
        "created_at DATETIME, updated_at DATETIME\n);\nCREATE INDEX ix_job_id", "created_at DATETIME, updated_at DATETIME, PRIMARY KEY (id, part)\n);\nCREATE INDEX ix_job_id"
    ).replace("REFERENCES job (id) ON DELETE CASCADE", "")
    create(workspace.database, "UTF-8", definition)
    workspace.execute(
        "INSERT INTO job (id, part, type, status, completed_at) VALUES ('a', 1, 'sync', 'completed', datetime('now', '-40 days')),"
        " ('a', 2, 'sync', 'running', NULL);"
        "INSERT INTO handled_downloads (id, timestamp) VALUES (1, datetime('now', '-20 days'));"
        "INSERT INTO analysis_plan (status, job_id) VALUES ('PENDING', 'a')"
    )
    for report in (workspace.preview(), workspace.run()):
        assert {error["operation"] for error in report["errors"]} == {"stale_jobs", "old_jobs", "stuck_plans"}
        assert reports.numbers(report) == {"cleaned_jobs": 0, "old_jobs_deleted": 0, "old_downloads_deleted": 1, "stuck_plans_updated": 0}
    assert count(workspace, "job") == 2 and count(workspace, "analysis_plan", "status = 'PENDING'") == 1


@pytest.mark.parametrize("how", UNIQUE)
def test_every_way_to_be_unique(workspace, how):
    """Preview, run and the rows that are gone give one number."""
    fill(workspace, UNIQUE[how], same=1)
    workspace.execute("UPDATE handled_downloads SET timestamp = datetime('now') WHERE id % 3 = 0")
    workspace.command("check").exits(0)
    preview, report = workspace.preview(), workspace.run()
    assert preview["old_downloads_deleted"] == report["old_downloads_deleted"] == 1600
    assert (report["errors"], count(workspace, "handled_downloads")) == ([], 800)


@pytest.mark.parametrize("collation", ["NOCASE", "RTRIM", "BINARY"])
def test_keys_in_another_order_than_their_bytes(workspace, collation):
    """A table that is kept in the order of its key, which is compared its own way: every row is met once."""
    create(workspace.database, "UTF-8", schema.DDL.replace(
        TABLE, f"CREATE TABLE handled_downloads (id TEXT COLLATE {collation}, {COLUMNS}, PRIMARY KEY (id)) WITHOUT ROWID;"))
    workspace.execute(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2399)"
        " INSERT INTO handled_downloads (id, timestamp) SELECT CASE i % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'B' ELSE ' Ä' END || i || CASE WHEN i % 2 THEN '' ELSE char(0) || ' x' END,"
        " datetime('now', '-20 days') FROM n"
    )
    preview, report = workspace.preview(), workspace.run()
    assert preview["old_downloads_deleted"] == report["old_downloads_deleted"] == 2400
    assert (report["errors"], count(workspace, "handled_downloads")) == ([], 0)


def test_keys_of_every_kind_in_one_table(workspace):
    create(workspace.database, "UTF-8", schema.DDL.replace(TABLE, f"CREATE TABLE handled_downloads (id BLOB PRIMARY KEY NOT NULL, {COLUMNS}) WITHOUT ROWID;"))
    for key in ("i", "i + 0.5", "'t' || i", "CAST(x'00FF' || CAST(i AS BLOB) AS TEXT)", "CAST(i AS BLOB)", "x'00' || CAST(i AS BLOB)", "'NUL' || char(0) || i"):
        workspace.execute(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1099)"
            f" INSERT OR IGNORE INTO handled_downloads (id, timestamp) SELECT {key}, datetime('now', '-20 days') FROM n"
        )
    there = count(workspace, "handled_downloads")
    preview, report = workspace.preview(), workspace.run()
    assert preview["old_downloads_deleted"] == report["old_downloads_deleted"] == there > 5000
    assert (report["errors"], report["skipped"]["changed"], count(workspace, "handled_downloads")) == ([], 0, 0)
