"""`jobsweep demo`: a database with the application's tables in which every operation has something to do."""

import pytest

from support import reports, schema
from support.cli import moment
from support.oracle import decide
from support.policy import spelled_low
from support.workspace import Workspace
from support.world import snapshot
from support.written import differences

#: The tables whose columns the contract gives whole; of the two that hang off them it gives the foreign keys.
MAIN = ("job", "handled_downloads", "analysis_plan")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("demo"))
    workspace.jobsweep("demo", "--database", workspace.database, seconds=90).exits(0)
    workspace.before = snapshot(workspace.database, MAIN)
    yield workspace
    workspace.close()


def columns(connection, table):
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}


def indexed(connection, table):
    """The column lists of every index, and which of them the primary key's are."""
    return {
        tuple(row[2] for row in connection.execute(f"PRAGMA index_info('{index[1]}')"))
        for index in connection.execute(f"PRAGMA index_list({table})").fetchall()
    }


def test_the_tables_are_the_applications(demo):
    connection = schema.connect(demo.database)
    for table in MAIN:
        assert columns(connection, table) == set(schema.TABLES[table]), table
    wanted = {(c,) for c in ("id", "type", "status", "started_at", "completed_at", "created_at", "updated_at")}
    assert wanted | {("type", "status"), ("status", "created_at")} <= indexed(connection, "job")
    assert ("job_id",) in indexed(connection, "handled_downloads")
    for table, parent in (("plan_change", "analysis_plan"), ("daemon_job_history", "job")):
        ((target, action),) = [(row[2], row[6]) for row in connection.execute(f"PRAGMA foreign_key_list({table})")]
        assert (target, action) == (parent, "CASCADE")
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 0
    assert ("job_id",) not in indexed(connection, "daemon_job_history")
    connection.close()


def test_it_holds_what_must_stay_too(demo):
    jobs, plans = demo.before["job"].values(), demo.before["analysis_plan"].values()
    assert {"pending", "running", "completed", "failed", "cancelled"} <= {spelled_low(job["status"]) for job in jobs}
    assert any(job["status"].isupper() for job in jobs) and any(job["status"].islower() for job in jobs)
    assert {"PENDING", "DRAFT", "REVIEWING", "APPLIED", "CANCELLED"} <= {plan["status"] for plan in plans}
    assert len(jobs) > 100


def test_every_operation_has_work_and_every_row_is_as_the_rules_say(demo):
    preview = demo.preview()
    assert min(reports.numbers(preview).values()) > 0 and preview["skipped"]["alive"] > 0
    report = demo.run()
    started = moment(report["started_at"])
    outcome = decide(demo.before, started)
    assert differences(outcome.tables, snapshot(demo.database, MAIN), started) == []
    reports.check(report, outcome)
    assert reports.numbers(demo.run()) == dict.fromkeys(reports.NUMBERS, 0)
    demo.command("check").exits(0)


@pytest.mark.parametrize("content", [b"", b"precious"])
def test_an_existing_file_is_left_alone(workspace, content):
    workspace.database.write_bytes(content)
    finished = workspace.jobsweep("demo", "--database", workspace.database)
    assert finished.code in (1, 2) and str(workspace.database) in finished.err
    assert workspace.database.read_bytes() == content
    assert [path.name for path in workspace.folder.iterdir()] == ["app.db"]


def test_an_existing_link_is_left_alone(workspace):
    target = workspace.folder / "target.db"
    workspace.database.symlink_to(target)
    finished = workspace.jobsweep("demo", "--database", workspace.database)
    assert finished.code in (1, 2) and not target.exists()


@pytest.mark.parametrize("preset", ["uptime_kuma", "prefect"])
def test_demonstrations_of_other_applications(workspace, preset):
    """Every rule of the preset has something to do, and leaves what must stay."""
    workspace.jobsweep("demo", "--preset", preset, "--database", workspace.database, seconds=90).exits(0)
    workspace.configure({"preset": preset})
    assert "which was verified" in workspace.command("check").exits(0).said
    whole = sum_of_rows(workspace)
    preview = workspace.preview()
    assert sum_of_rows(workspace) == whole and preview["errors"] == []
    deleted, along = preview["rows_deleted"], preview["dependents_deleted"]
    assert len(deleted) == 2 and min(deleted.values()) > 100
    run = workspace.run()
    left = sum_of_rows(workspace)
    assert whole - left == taken(run) and left > 1_000
    assert workspace.integrity() == ["ok"]
    again = workspace.run()
    assert sum_of_rows(workspace) == left - taken(again)
    # The demonstration has rows of every age: one falls due every minute, and on a slow machine some do between the runs.
    assert run["rows_deleted"].keys() == deleted.keys() and run["dependents_deleted"].keys() == along.keys()
    assert 0 <= taken(run) - taken(preview) <= 10 and taken(again) <= 10


def taken(report):
    return sum((*report["rows_deleted"].values(), *report["dependents_deleted"].values()))


def sum_of_rows(workspace):
    tables = [row[0] for row in workspace.query("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    return sum(workspace.query(f'SELECT count(*) FROM "{table}"')[0][0] for table in tables)


def test_a_preset_without_a_demonstration(workspace):
    finished = workspace.jobsweep("demo", "--preset", "oban", "--database", workspace.database).exits(2)
    assert "prefect" in finished.err and not workspace.database.exists()


def test_what_is_no_path_of_a_file(workspace):
    for name in ("", "postgresql://localhost/demo"):
        assert "is no path of a file" in workspace.jobsweep("demo", "--database", name).exits(2).err
