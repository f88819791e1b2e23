"""`jobsweep vacuum` beside readers, writers and other runs; ended, killed, and short of room."""

import os
import shutil
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

from support import schema
from support.bulk import bulk
from support.faults import locked
from support.free_pages import leave_free_pages, picture
from support.slow import slow_down, speed_up
from support.waiting import eventually


@contextmanager
def reading(workspace):
    """The application in the middle of a long read."""
    connection = schema.connect(workspace.database)
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM job").fetchone()
    try:
        yield connection
    finally:
        connection.execute("ROLLBACK")
        connection.close()


def test_readers_go_on_with_a_log(airy):
    size = airy.database.stat().st_size
    with reading(airy) as connection:
        finished = airy.command("vacuum", "--yes").exits(0)
        assert "Readers keep" in finished.out
        assert connection.execute("SELECT count(*) FROM job").fetchone() == (600,)
        assert airy.database.stat().st_size == size, "as long as somebody reads the old pages"
    airy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert airy.database.stat().st_size < size and airy.integrity() == ["ok"]


def test_readers_are_in_the_way_without_one(workspace):
    leave_free_pages(workspace, "delete")
    before = picture(workspace)
    with reading(workspace):
        finished = workspace.command("vacuum", "--yes").exits(1)
    assert "locked" in finished.err
    assert picture(workspace) == before
    workspace.command("vacuum", "--yes").exits(0)


@pytest.mark.parametrize("how", ["IMMEDIATE", "EXCLUSIVE"])
def test_a_database_that_is_locked(workspace, journal, how):
    leave_free_pages(workspace, journal)
    before = picture(workspace)
    with locked(workspace, how):
        finished = workspace.command("vacuum", "--yes").exits(1)
    assert finished.err.count("\n") == 1 and "the database is locked" in finished.err
    assert picture(workspace) == before


def test_refused_while_a_run_is_under_way(workspace):
    bulk(old=10_000).world.write(workspace.database)
    slow_down(workspace)
    everything = workspace.query("SELECT count(*) FROM job")
    run = workspace.start("run", "--json")
    eventually(lambda: workspace.query("SELECT count(*) FROM job") < everything, "rows go")
    refused = workspace.command("vacuum", "--yes").exits(4)
    figures = workspace.command("vacuum", "--dry-run").exits(0)
    assert run.process.poll() is None, "the run ended too soon for this test"
    speed_up(workspace)
    report = run.finish().report
    assert report["status"] == "completed" and report["run_id"] in refused.err and str(run.pid) in refused.err
    assert "VACUUM gives back at least" in figures.out
    workspace.command("vacuum", "--yes").exits(0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_refuses_runs_while_it_works_and_ends_at_a_signal(airy, number):
    """It has the lease and waits for the application's lock: there it can be met reliably."""
    before = picture(airy)
    with locked(airy, "IMMEDIATE"):
        started = airy.start("vacuum", "--yes")
        lease = airy.database.with_name("app.db-jobsweep.lock")
        eventually(lambda: lease.exists() and b"vacuum" in lease.read_bytes(), "it has the lease")
        eventually(lambda: trapped(started.pid, number), "it listens to signals")
        refused = airy.command("run").exits(4)
        started.send(number)
        finished = started.finish().exits(1)
    assert "run vacuum" in refused.err and str(started.pid) in refused.err
    assert "the database is as it was" in finished.err
    assert picture(airy) == before
    airy.command("run").exits(0)


def trapped(pid, number):
    """Whether the process has the signal blocked, ignored or caught, and so won't just die of it."""
    lines = dict(line.split(":\t", 1) for line in open(f"/proc/{pid}/status") if ":\t" in line)
    return any(int(lines[name], 16) >> (number - 1) & 1 for name in ("SigBlk", "SigIgn", "SigCgt"))


def caught_in_the_middle(workspace):
    """A VACUUM that is stopped where it fills its temporary copy, which has no name but a descriptor."""
    started = workspace.start("vacuum", "--yes")

    def copies():
        try:
            return any("etilqs" in os.readlink(file) for file in os.scandir(f"/proc/{started.pid}/fd"))
        except FileNotFoundError:  # closed between the listing and the look
            return False

    eventually(copies, "the copy is being filled", pause=0)
    started.pause()
    return started


@pytest.fixture
def large(workspace, journal):
    leave_free_pages(workspace, journal, rows=60_000, width=3000)
    workspace.execute("INSERT INTO job (id, type, status, result) SELECT 'again' || id, type, status, hex(randomblob(3000)) FROM job")
    return workspace


def test_interrupted_in_the_middle(large):
    before = picture(large)
    started = caught_in_the_middle(large)
    started.send(signal.SIGTERM)
    started.send(signal.SIGCONT)
    finished = started.finish().exits(1)
    assert "the database is as it was" in finished.err
    assert (picture(large), large.integrity()) == (before, ["ok"])


def test_killed_in_the_middle(large):
    before = picture(large)
    started = caught_in_the_middle(large)
    started.kill()
    assert started.process.wait() == -signal.SIGKILL
    assert (picture(large)[:2], large.integrity()) == (before[:2], ["ok"])
    large.command("vacuum", "--yes").exits(0)
    assert large.database.stat().st_size < before[2]


@contextmanager
def small_disk(path, size):
    """A file system of its own with little room."""
    path.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", path], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    try:
        yield path
    finally:
        subprocess.run(["umount", path], check=True)


@pytest.mark.parametrize("arguments", [["--yes"], ["--dry-run"]], ids=" ".join)
def test_too_little_room_for_the_copy(airy, tmp_path, arguments):
    before = picture(airy)
    with small_disk(tmp_path / "small", "256k") as disk:
        finished = airy.command("vacuum", *arguments, env={"SQLITE_TMPDIR": str(disk)}).exits(1)
    for words in ("not enough room", f"in {disk} for the new copy", "256.0 KiB are free there", "set SQLITE_TMPDIR"):
        assert words in finished.err
    assert picture(airy) == before


def test_too_little_room_beside_the_database(workspace, journal):
    free = leave_free_pages(workspace, journal)
    size = workspace.database.stat().st_size
    with small_disk(workspace.folder / "small", size + (size - free) // 2) as disk:
        workspace.database = Path(shutil.copy(workspace.database, disk))
        before = picture(workspace)
        finished = workspace.command("vacuum", "--yes").exits(1)
        kind = {"wal": "write-ahead log", "delete": "rollback journal"}[journal]
        assert "not enough room" in finished.err and f"in {disk} for the {kind}" in finished.err
        assert picture(workspace) == before


@pytest.mark.parametrize("left", [1, 4])
def test_a_disk_that_fills_up_meanwhile(workspace, tmp_path, left):
    """There is room when it looks, and less when the application lets it begin.

    With a few pages too little SQLite finishes the new database and fails only then: what counts is what became of the database.
    """
    leave_free_pages(workspace, rows=20_000)
    before = picture(workspace)
    with small_disk(tmp_path / "small", "64m") as disk:
        with locked(workspace, "IMMEDIATE"):
            started = workspace.start("vacuum", "--yes", env={"SQLITE_TMPDIR": str(disk)})
            eventually(lambda: trapped(started.pid, signal.SIGTERM), "it has looked and waits for the lock")
            (disk / "filling").write_bytes(bytes((64 - left) << 20))
        finished = started.finish()
    after = picture(workspace)
    assert workspace.integrity() == ["ok"] and after[:2] == before[:2]
    if left == 1:
        assert "the disk became full" in finished.exits(1).err and "the database is as it was" in finished.err
        assert after == before
    else:
        assert "VACUUM took" in finished.exits(0).out
        assert after[2] < before[2] / 2


def test_a_database_that_is_not_there(workspace):
    finished = workspace.command("vacuum", "--yes").exits(1)
    assert "there is no database" in finished.err and not workspace.database.exists()


def test_no_database_is_given(workspace):
    assert "--database" in workspace.jobsweep("vacuum", "--yes", "--state", workspace.state).exits(2).err


@pytest.mark.parametrize(("file", "folder"), [(0o644, 0o777), (0o666, 0o755)], ids=oct)
def test_one_that_may_only_be_read(theirs, journal, file, folder):
    leave_free_pages(theirs, journal)
    theirs.database.chmod(file)
    theirs.folder.chmod(folder)
    before = theirs.database.read_bytes()
    finished = theirs.command("vacuum", "--yes").exits(1)
    assert "permission" in finished.err.lower() or "needs to write" in finished.err
    assert theirs.database.read_bytes() == before
