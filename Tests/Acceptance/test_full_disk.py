"""A disk that is full, or fills up in the middle of a run: no crash, no half batch, a sentence that says so, and the next run is fine."""

import json
import sqlite3

import pytest

from support.disks import fill, small_disk

ROWS = 2_000


def prepare(workspace, journal):
    connection = sqlite3.connect(workspace.database)
    connection.executescript(f"""
        PRAGMA journal_mode = {journal};
        CREATE TABLE logs (id INTEGER PRIMARY KEY, at TEXT, v TEXT);
        CREATE INDEX ix_at ON logs (at);
        CREATE TABLE lines (id INTEGER PRIMARY KEY, log INTEGER REFERENCES logs ON DELETE CASCADE);
        CREATE INDEX ix_log ON lines (log);
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})
            INSERT INTO logs SELECT i, '2020-01-01 00:00:00', hex(randomblob(500)) FROM n;
        INSERT INTO lines SELECT id, id FROM logs;
    """)
    connection.close()
    # Batches grow on a slow disk too: small ones would find room to the end.
    workspace.configure({
        "preset": "none", "rules": [{"name": "logs", "table": "logs", "time": "at", "keep": "30d"}], "pacing": {"lock_target": "5s"},
    })  # fmt: skip


def test_of_a_state_that_is_small(workspace):
    """The archive leaves room for the history, which has to say what it doesn't have."""
    with small_disk(workspace.folder / "small", "2m") as disk:
        workspace.state = disk / "state"
        prepare(workspace, "wal")
        done = workspace.command("run", "--json").exits(3)
        (error,) = done.report["errors"]
        lost = int(error["error"].split()[0])
        assert 0 < lost < 2 * ROWS and "less than 5 % or 1 MB of the disk" in error["error"], "some of it is kept"
        assert "the totals are kept in memory alone" not in done.err
        (run,) = json.loads(workspace.command("history", "--json").exits(0).out)["jobs"]
        assert run["status"] == "completed_with_errors"
        ballast = fill(disk)
        back = workspace.command("restore", done.report["run_id"], "--json").exits(0).report
        assert back["rows_restored"] == {"logs": 2 * ROWS - lost} and back["not_kept"] == error["error"]
        assert "the history may not list this restore" in back["not_recorded"]
        ballast.unlink()
        again = workspace.command("restore", done.report["run_id"]).exits(0).out
        assert f"Not kept by the run: {error['error']}" in again and "Not recorded" not in again


def rows(workspace):
    """How many there are, of which each has its line, in a database that is sound."""
    assert workspace.query("PRAGMA integrity_check") == [("ok",)] and workspace.query("PRAGMA foreign_key_check") == []
    ((logs, lines),) = workspace.query("SELECT (SELECT count(*) FROM logs), (SELECT count(*) FROM lines)")
    assert logs == lines, "no batch is there in half"
    return logs


@pytest.mark.parametrize("left", [0, 200_000], ids=["from the start", "in the middle"])
def test_of_the_database(workspace, journal, left):
    with small_disk(workspace.folder / "small", "48m") as disk:
        workspace.database = disk / "app.db"
        prepare(workspace, journal)
        ballast = fill(disk, but=left)
        failed = workspace.command("run", "--json").exits(1).report
        (error,) = failed["errors"]
        assert error["error"] == f"the disk that holds {workspace.database} is full"
        ballast.unlink()
        deleted = failed["rows_deleted"]["logs"]
        assert rows(workspace) == ROWS - deleted and (deleted > 0) == (left > 0)
        finished = workspace.run()
        assert finished["rows_deleted"]["logs"] == ROWS - deleted and rows(workspace) == 0
        # Both runs can be undone whole.
        for report in (failed, finished):
            if report["archive"]:
                workspace.command("restore", report["run_id"]).exits(0)
        assert rows(workspace) == ROWS


@pytest.mark.parametrize("left", [0, 200_000], ids=["from the start", "in the middle"])
def test_of_the_state_and_the_archive(workspace, left):
    """The application's database has room: a cleaner that stops on a full disk helps nobody."""
    with small_disk(workspace.folder / "small", "48m") as disk:
        workspace.state = disk / "state"
        prepare(workspace, "wal")
        workspace.preview()
        ballast = fill(disk, but=left)
        done = workspace.command("run", "--json").exits(3)
        assert done.report["rows_deleted"]["logs"] == ROWS and rows(workspace) == 0
        (error,) = done.report["errors"]
        assert "rows of this run can't be put back" in error["error"]
        # The archive leaves what there is to the history.
        reason = "less than 5 % or 1 MB of the disk" if left else "No space left on device"
        assert reason in error["error"] and ("the totals are kept in memory alone" in done.err) == (left == 0)
        ballast.unlink()
        lost = int(error["error"].split()[0])
        if done.report["archive"]:
            workspace.command("restore", done.report["run_id"], "--json")
        assert workspace.query("SELECT (SELECT count(*) FROM logs) + (SELECT count(*) FROM lines)") == [(2 * ROWS - lost,)]
        finished = workspace.run()
        assert finished["status"] == "completed" and finished["errors"] == [] and rows(workspace) == 0
