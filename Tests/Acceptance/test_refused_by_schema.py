"""What the database refuses, whatever in its schema does it: foreseen by preview, named by check, and it costs that row alone."""

from datetime import timedelta

import pytest

from support.agreement import agree
from support.timestamps import now
from support.world import World

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def world_of(old=3, stale=3, plans=3):
    world, start = World(), now()
    for number in range(old):
        world.job(start, "completed", completed=40 * DAY, id=f"old-{number}")
    for number in range(stale):
        world.job(start, "running", age=3 * HOUR, id=f"stale-{number}", error=None)
    for number in range(plans):
        world.plan(start, id=number + 1)
    return world


@pytest.fixture
def full(workspace):
    world_of().write(workspace.database)
    return workspace


def check(workspace, code):
    return workspace.command("check").exits(code).said


def test_a_unique_partial_index_that_the_reset_violates(full):
    """0.1.0: preview said 3 plans, the run did 1 and found 2 refused."""
    full.execute("CREATE UNIQUE INDEX one_draft ON analysis_plan (coalesce(job_id, '')) WHERE status = 'DRAFT'")
    report, _ = agree(full, codes=("completed_with_errors",))
    assert report["stuck_plans_updated"] == 1 and len(report["errors"]) == 2
    assert all("row" in error["error"] or "plan" in error["error"] for error in report["errors"])


def test_a_unique_index_on_an_expression(full):
    full.execute("CREATE UNIQUE INDEX one_failed ON job (CASE WHEN status = 'failed' THEN type END)")
    report, _ = agree(full, codes=("completed_with_errors",))
    assert report["cleaned_jobs"] == 1 and len(report["errors"]) == 2


def test_a_foreign_key_that_fits_nothing(full):
    """SQLite refuses every deletion while a child's key names columns of the parent that aren't unique ("foreign key mismatch")."""
    full.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, jt TEXT REFERENCES job (type))")
    report, gone = agree(full, codes=("completed_with_errors",))
    assert gone["job"] == set() and report["old_jobs_deleted"] == 0
    assert report["cleaned_jobs"] == 3 and report["stuck_plans_updated"] == 3, "the other operations go on"
    assert "note" in check(full, 1)


@pytest.mark.parametrize("script", [
    "CREATE INDEX by_error ON job (json_extract(error, '$.code'))",
    "ALTER TABLE job ADD COLUMN code TEXT GENERATED ALWAYS AS (json_extract(error, '$.code')) VIRTUAL; CREATE INDEX by_code ON job (code)",
])
def test_an_index_over_what_the_settlement_writes(full, script):
    """`json_extract` of "Job timed out after …" is an error, so no such row can be settled; jobs at 100 % have no error text and can."""
    full.execute("UPDATE job SET progress = 100 WHERE id = 'stale-2'")
    full.execute(script)
    report, _ = agree(full, codes=("completed_with_errors",))
    assert report["cleaned_jobs"] == 1, "one refusal doesn't stop the others"
    assert len(report["errors"]) == 2 and report["old_jobs_deleted"] == 3


def test_a_check_that_refuses_one_row(full):
    full.execute("CREATE TRIGGER keep BEFORE DELETE ON job WHEN old.id = 'old-1' BEGIN SELECT RAISE(ABORT, 'not this one'); END")
    report, gone = agree(full, codes=("completed_with_errors",))
    assert gone["job"] == {"old-0", "old-2"}
    assert [(error["job_id"], "not this one" in error["error"]) for error in report["errors"]] == [("old-1", True)]


@pytest.mark.parametrize("script, word", [
    ("CREATE TRIGGER log AFTER DELETE ON job BEGIN SELECT app_notify(old.id); END", "app_notify"),
    ("CREATE TRIGGER log AFTER UPDATE ON job BEGIN SELECT app_notify(new.id); END", "app_notify"),
])
def test_a_trigger_with_a_function_of_the_applications_own(full, script, word):
    """0.1.0: check and preview said that all is well, and the run failed at its first statement."""
    full.execute(script)
    assert word in check(full, 1)
    report, gone = agree(full, codes=("completed_with_errors",))
    assert len(report["errors"]) == 1 and word in report["errors"][0]["error"]
    assert report["stuck_plans_updated"] == 3, "the other operations go on"


def test_an_index_with_a_collation_of_the_applications_own(full):
    import sqlite3

    connection = sqlite3.connect(full.database)
    connection.create_collation("app_order", lambda a, b: (a > b) - (a < b))
    connection.execute("CREATE INDEX in_order ON job (type COLLATE app_order)")
    connection.close()
    assert "app_order" in check(full, 1)
    report, gone = agree(full, codes=("completed_with_errors",))
    assert gone["job"] == set() and report["stuck_plans_updated"] == 3
    assert any("app_order" in error["error"] for error in report["errors"])


def test_a_generated_column_where_the_settlement_writes(workspace):
    """`updated_at` is the database's own to say."""
    world = world_of()
    world.write(workspace.database)
    workspace.execute(
        "ALTER TABLE job DROP COLUMN progress; ALTER TABLE job ADD COLUMN progress INTEGER; DROP INDEX ix_job_updated_at;"
        "ALTER TABLE job DROP COLUMN updated_at; ALTER TABLE job ADD COLUMN updated_at DATETIME GENERATED ALWAYS AS (created_at) VIRTUAL"
    )
    said = check(workspace, 1)
    assert "updated_at" in said and "generated" in said
    report, _ = agree(workspace, codes=("completed_with_errors",))
    assert report["cleaned_jobs"] == 0 and report["old_jobs_deleted"] == 3
    assert any("updated_at" in error["error"] for error in report["errors"])
