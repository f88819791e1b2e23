"""Text is the bytes that it is: NUL, invalid UTF-8 and all, in databases of every encoding."""

from datetime import timedelta

import pytest

from support import reports, schema
from support.odd_text import ENCODINGS, ODD_TEXT, cast, count, create
from support.sweeping import DAY, HOUR
from support.timestamps import FORMS, now

STAMP = FORMS["space, microseconds"]


def add_job(workspace, ident="'j'", status="'completed'", type="'sync'", ago=40 * DAY):
    moment = STAMP(now() - ago)
    completed = f"'{moment}'" if "completed" in status.lower() else "NULL"
    workspace.execute(
        f"INSERT INTO job (id, type, status, progress, created_at, started_at, updated_at, completed_at)"
        f" VALUES ({ident}, {type}, {status}, 1, '{moment}', '{moment}', '{moment}', {completed})"
    )


def agree(workspace):
    """Preview and run give the same numbers, and nobody changed anything in between."""
    preview = workspace.preview()
    report = workspace.run()
    assert reports.numbers(preview) == reports.numbers(report)
    assert preview["skipped"] == report["skipped"] and report["skipped"]["changed"] == 0
    assert (preview["status"], report["status"]) == ("completed", "completed"), (preview["errors"], report["errors"])
    return report


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("odd", ODD_TEXT)
def test_a_type_of_any_bytes(workspace, odd, encoding):
    """It is an unknown type: its row goes and is settled as every other."""
    create(workspace.database, encoding)
    add_job(workspace, ident="'old'", type=cast(ODD_TEXT[odd]))
    add_job(workspace, ident="'stale'", status="'RUNNING'", type=cast(ODD_TEXT[odd]))
    written = workspace.query("SELECT hex(CAST(type AS BLOB)) FROM job WHERE id = 'stale'")
    report = agree(workspace)
    assert (report["old_jobs_deleted"], report["cleaned_jobs"]) == (1, 1)
    assert workspace.query("SELECT id, status FROM job") == [("stale", "FAILED")]
    assert workspace.query("SELECT hex(CAST(type AS BLOB)) FROM job") == written, "what jobsweep doesn't write stays as it is"


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("odd", ODD_TEXT)
def test_an_id_of_any_bytes(workspace, odd, encoding):
    """Its children go with it, and a plan finds it or misses it as the database does."""
    create(workspace.database, encoding)
    ident = cast(ODD_TEXT[odd])
    add_job(workspace, ident=ident)
    add_job(workspace, ident="'other'", ago=DAY)
    workspace.execute(
        f"INSERT INTO daemon_job_history (job_id) VALUES ({ident});"
        "INSERT INTO daemon_job_history (job_id) VALUES ('other');"
        f"INSERT INTO analysis_plan (status, job_id) VALUES ('PENDING', {ident})"
    )
    report = agree(workspace)
    assert (report["old_jobs_deleted"], report["stuck_plans_updated"]) == (1, 1)
    assert workspace.query("SELECT id FROM job") == [("other",)]
    assert workspace.query("SELECT job_id FROM daemon_job_history") == [("other",)]
    assert workspace.query("SELECT status FROM analysis_plan") == [("DRAFT",)]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_plan_and_a_running_job_of_any_bytes(workspace, encoding):
    """A job that lives is found by its plan, to the byte."""
    create(workspace.database, encoding)
    for odd in ODD_TEXT.values():
        add_job(workspace, ident=cast(odd), status="'running'", ago=timedelta(minutes=1))
        workspace.execute(f"INSERT INTO analysis_plan (status, job_id) VALUES ('PENDING', {cast(odd)})")
        workspace.execute(f"INSERT INTO analysis_plan (status, job_id) VALUES ('PENDING', {cast(odd + '00' + '00')})")
    report = agree(workspace)
    assert report["stuck_plans_updated"] == len(ODD_TEXT)
    assert count(workspace, "analysis_plan", "status = 'PENDING' AND job_id IN (SELECT id FROM job)") == len(ODD_TEXT)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("column", ["status", "completed_at", "updated_at", "type"])
def test_what_only_begins_like_a_word_of_ours_is_somebody_elses(workspace, column, encoding):
    """`completed` with a NUL behind it is no status of ours; a date with one can't be read."""
    create(workspace.database, encoding)
    add_job(workspace)
    workspace.execute(f"UPDATE job SET {column} = {column} || char(0) || 'x'")
    report = agree(workspace)
    gone = column in ("type", "updated_at")
    assert report["old_jobs_deleted"] == (1 if gone else 0)
    assert report["skipped"].get("unreadable", 0) == (1 if column == "completed_at" else 0)


@pytest.mark.parametrize("indexed", [True, False], ids=["indexed", "not indexed"])
@pytest.mark.parametrize("ending", ["char(0)", "CAST(x'E9' AS TEXT)", "CAST(x'EDA080' AS TEXT)"])
@pytest.mark.parametrize("same", [True, False], ids=["one moment", "many moments"])
def test_paging_ends(workspace, ending, indexed, same):
    """More rows than a page whose sort value nobody can write back: each is looked at once, and what comes behind is reached."""
    create(workspace.database, "UTF-8")
    workspace.configure({"schedule": {"timeout": "20s"}})
    spread = "'0 seconds'" if same else "i || ' seconds'"
    workspace.execute(
        ("" if indexed else "DROP INDEX ix_job_completed_at;")
        + "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)"
        " INSERT INTO job (id, type, status, completed_at) SELECT 'j' || i, 'sync', 'completed',"
        f" strftime('%Y-%m-%d %H:%M:%S', 'now', '-40 days', {spread}) || {ending} FROM n;"
        "INSERT INTO job (id, type, status, completed_at) VALUES ('old', 'sync', 'completed', datetime('now', '-39 days'));"
        "INSERT INTO handled_downloads (id, timestamp) VALUES (1, datetime('now', '-20 days'));"
        "INSERT INTO analysis_plan (id, status) VALUES (1, 'PENDING')"
    )
    report = agree(workspace)
    assert reports.numbers(report) == {"cleaned_jobs": 0, "old_jobs_deleted": 1, "old_downloads_deleted": 1, "stuck_plans_updated": 1}
    assert report["skipped"]["unreadable"] == 2500
    assert count(workspace, "job") == 2500


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_paging_through_every_kind_of_value(workspace, encoding):
    """Numbers, text, text of odd bytes and blobs in one column, more of each than a page holds, in the index's order."""
    create(workspace.database, encoding)
    workspace.configure({"schedule": {"timeout": "30s"}})
    values = {
        "a number": "-5000 - i",
        "a fraction": "i + 0.25",
        "a text": "'zz' || i",
        "a text with NUL": "strftime('%Y-%m-%d', 'now', '-60 days') || char(0) || (i / 2)",
        "an odd text": "CAST(CAST('19' || i AS BLOB) || x'E9' AS TEXT)",
        "a blob": "CAST('20' || i AS BLOB)",
    }
    for expression in values.values():
        workspace.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100)"
            f" INSERT INTO job (id, type, status, completed_at) SELECT hex(randomblob(16)), 'sync', 'completed', {expression} FROM n"
        )
    add_job(workspace)
    report = agree(workspace)
    assert report["old_jobs_deleted"] == 1
    assert report["skipped"]["unreadable"] == 1100 * len(values) == count(workspace, "job")


def test_an_index_of_another_order_than_the_columns(workspace):
    """An index that sorts by bytes over a column that is compared otherwise, and the other way round."""
    ddl = schema.DDL.replace("completed_at DATETIME, created_at", "completed_at DATETIME COLLATE RTRIM, created_at")
    ddl = ddl.replace("type TEXT, status TEXT, progress", "type TEXT COLLATE NOCASE, status TEXT COLLATE NOCASE, progress")
    ddl = ddl.replace("ix_job_completed_at ON job (completed_at)", "ix_job_completed_at ON job (completed_at COLLATE BINARY)")
    ddl = ddl.replace("ix_job_status ON job (status)", "ix_job_status ON job (status COLLATE BINARY)")
    create(workspace.database, "UTF-8", ddl)
    for number in range(3):
        add_job(workspace, ident=f"'old{number}'", status="'COMPLETED'" if number else "'completed'")
        add_job(workspace, ident=f"'stale{number}'", status="'running'" if number else "'RUNNING'")
    add_job(workspace, ident="'foreign'", status="'Completed'")
    add_job(workspace, ident="'foreign too'", status="'Running'")
    report = agree(workspace)
    assert (report["old_jobs_deleted"], report["cleaned_jobs"]) == (3, 3)
    assert workspace.query("SELECT id FROM job WHERE id LIKE 'foreign%' ORDER BY id") == [("foreign",), ("foreign too",)]
