"""`jobsweep vacuum`: the space that free pages take goes back to the disk, on request only."""

import json
import os
import pty
from contextlib import contextmanager

import pytest

from support.free_pages import free_bytes, leave_free_pages, picture, settings
from support.waiting import eventually


@pytest.mark.parametrize("auto_vacuum", [0, 2])
def test_gives_the_space_back(workspace, journal, auto_vacuum):
    free = leave_free_pages(workspace, journal, auto_vacuum)
    workspace.execute("PRAGMA user_version = 9")
    rows, before, size = picture(workspace)
    done = json.loads(workspace.command("vacuum", "--yes", "--json").exits(0).out)
    after = workspace.database.stat().st_size
    assert (done["status"], done["database"]) == ("completed", str(workspace.database))
    assert done["before"] == {"size_bytes": size, "free_bytes": free, "wal_bytes": 0}
    assert done["after"] == {"size_bytes": after, "free_bytes": 0, "wal_bytes": 0}
    assert done["given_back_bytes"] == size - after >= done["reclaimable_bytes"] == free > 0
    assert done["keeps_out"] == {"wal": "writers", "delete": "everyone"}[journal]
    assert [need["directory"] for need in done["needs"]][1] == str(workspace.folder)
    assert all(0 < need["bytes"] <= need["available_bytes"] for need in done["needs"])
    assert 0 < done["duration_seconds"] < 60 and done["waiting_log_bytes"] == 0
    assert (workspace.tables(), settings(workspace), workspace.integrity()) == (rows, before, ["ok"])
    assert {path.name for path in workspace.folder.iterdir()} == {"app.db", "app.db-jobsweep.lock", "state"}


def test_says_what_it_does(airy):
    size = airy.database.stat().st_size
    out = airy.command("vacuum", "--yes").exits(0).out
    for words in ("VACUUM gives back at least", "nobody else can write to the database", "for the new copy", "for the write-ahead log", "after:"):
        assert words in out
    assert airy.database.stat().st_size < size


@pytest.mark.parametrize("arguments", [["--dry-run"], ["--dry-run", "--json"], ["--dry-run", "--yes"]], ids=" ".join)
def test_dry_run(airy, arguments):
    before = picture(airy)
    finished = airy.command("vacuum", *arguments).exits(0)
    if "--json" in arguments:
        planned = json.loads(finished.out)
        assert planned["status"] == "planned" and planned["reclaimable_bytes"] == free_bytes(airy) and "after" not in planned
    else:
        assert "VACUUM gives back at least" in finished.out
    assert picture(airy) == before


def test_without_a_terminal_it_wants_to_be_told(airy):
    before = picture(airy)
    finished = airy.command("vacuum").exits(2)
    assert "--yes" in finished.err and "--dry-run" in finished.err and finished.out == ""
    assert picture(airy) == before


@contextmanager
def at_a_terminal(workspace, *arguments):
    leader, follower = pty.openpty()
    try:
        yield workspace.start("vacuum", *arguments, stdin=follower), leader
    finally:
        os.close(follower)
        os.close(leader)


@pytest.mark.parametrize("answer", ["n", "", "yes please", "no"])
def test_a_question_that_is_not_answered_with_yes(airy, answer):
    before = picture(airy)
    with at_a_terminal(airy) as (started, leader):
        os.write(leader, answer.encode() + b"\n")
        finished = started.finish().exits(1)
    assert "VACUUM gives back at least" in finished.out and "[y/N]" in finished.err and "nothing was done" in finished.err
    assert picture(airy) == before


@pytest.mark.parametrize("answer", ["y", "YES"])
def test_a_question_that_is(airy, answer):
    size = airy.database.stat().st_size
    with at_a_terminal(airy, "--json") as (started, leader):
        os.write(leader, answer.encode() + b"\n")
        finished = started.finish().exits(0)
    assert json.loads(finished.out)["status"] == "completed" and "VACUUM gives back at least" in finished.err
    assert airy.database.stat().st_size < size


def test_no_lease_is_held_while_the_question_stands(airy):
    with at_a_terminal(airy) as (started, leader):
        eventually(lambda: b"?" in os.read(started.process.stderr.fileno(), 4096), "the question is asked")
        airy.command("run").exits(0)
        os.write(leader, b"n\n")
        started.finish().exits(1)
