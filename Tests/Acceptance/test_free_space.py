"""What is said of free pages, and the runs that give them back where the application has set its file up for it."""

import json

import pytest

from support.bulk import bulk
from support.free_pages import free_bytes, leave_free_pages

WORDS = {0: "jobsweep vacuum", 1: "no free pages", 2: "runs give them back"}
WHO = {0: "vacuum", 1: "database", 2: "runs"}


@pytest.mark.parametrize("auto_vacuum", WORDS)
def test_check_says_who_gives_it_back(workspace, auto_vacuum):
    free = leave_free_pages(workspace, auto_vacuum=auto_vacuum)
    line = next(line for line in workspace.command("check").exits(0).out.splitlines() if " space: " in line)
    assert WORDS[auto_vacuum] in line and (str(free) in line) == (auto_vacuum != 1)
    assert line.startswith("advice" if auto_vacuum == 0 else "ok")


@pytest.mark.parametrize("auto_vacuum", WORDS)
def test_status_and_page(workspace, auto_vacuum):
    free = leave_free_pages(workspace, auto_vacuum=auto_vacuum)
    serving = workspace.serve()
    serving.until(lambda e: e["jobsweep_up"] == 1, "the database was looked at")
    database = json.loads(serving.ask("/api/status").text)["database"]
    assert (database["reclaimable_bytes"], database["reclaimed_by"]) == (free, WHO[auto_vacuum])
    page = serving.ask("/").text
    assert "Reclaimable" in page and ("<code>jobsweep vacuum</code>" in page) == (auto_vacuum == 0)


def test_a_run_gives_pages_back_where_the_file_is_set_up_for_it(workspace, journal):
    free = leave_free_pages(workspace, journal, auto_vacuum=2)
    before, size = workspace.tables(), workspace.database.stat().st_size
    finished = workspace.command("run", "--log.level", "info").exits(0)
    assert "Given back to the disk: " in finished.out and f"space.bytes={free}" in finished.err
    assert (free_bytes(workspace), workspace.tables(), workspace.integrity()) == (0, before, ["ok"])
    assert workspace.database.stat().st_size <= size - free
    again = workspace.command("run", "--log.level", "info").exits(0)
    assert "Given back" not in again.out and "space.bytes" not in again.err


def test_what_a_run_deletes_goes_at_once(workspace):
    leave_free_pages(workspace, auto_vacuum=2, rows=10)
    bulk(old=2000).world.insert(workspace.database)
    workspace.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = workspace.database.stat().st_size
    assert workspace.run()["old_jobs_deleted"] == 2000
    assert free_bytes(workspace) == 0 and workspace.database.stat().st_size < size / 2


@pytest.mark.parametrize("auto_vacuum", [0, 1])
def test_otherwise_no_run_does(workspace, auto_vacuum):
    free = leave_free_pages(workspace, auto_vacuum=auto_vacuum)
    size = workspace.database.stat().st_size
    finished = workspace.command("run", "--log.level", "info").exits(0)
    assert (free_bytes(workspace), workspace.database.stat().st_size) == (free, size)
    assert "space.bytes" not in finished.err


def test_a_dry_run_never_does(workspace):
    free = leave_free_pages(workspace, auto_vacuum=2)
    workspace.command("run", "--dry-run").exits(0)
    workspace.command("preview").exits(0)
    assert free_bytes(workspace) == free
