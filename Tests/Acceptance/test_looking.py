"""Looking leaves a database's files as they were, whoever looks, and whatever state they are in."""

import os
from contextlib import contextmanager

import pytest

from support import reports
from support.faults import work_for_all
from support.files import application, fingerprint, killed

#: What must be tried since the database may refuse it: the rehearsal of a dry run.
REFUSES = """
CREATE TRIGGER refuses BEFORE DELETE ON handled_downloads WHEN old.id < 0 BEGIN SELECT RAISE(ABORT, 'no'); END;
CREATE TRIGGER keeps BEFORE UPDATE ON job WHEN new.status = 'no' BEGIN SELECT RAISE(ABORT, 'no'); END;
"""
TOUCH = "UPDATE plan_change SET field = 'touched'; INSERT INTO plan_change (plan_id, field) SELECT id, 'new' FROM analysis_plan LIMIT 1;"

LOOKS = {
    "check": ("check",),
    "preview": ("preview", "--json"),
    "dry run": ("run", "--dry-run", "--json"),
    "vacuum's plan": ("vacuum", "--dry-run"),
}


@contextmanager
def closed(workspace):
    yield


@contextmanager
def opened(workspace):
    with application(workspace.database):
        yield


@contextmanager
def left_by_a_killed_application(workspace):
    killed(workspace.database, "PRAGMA wal_autocheckpoint = 0;" + TOUCH)
    yield


@contextmanager
def restored_with_an_old_log(workspace):
    killed(workspace.database, "PRAGMA wal_autocheckpoint = 0;" + TOUCH)
    workspace.database.with_name("app.db-shm").unlink()
    yield


@contextmanager
def with_an_empty_log(workspace):
    workspace.database.with_name("app.db-wal").touch()
    yield


STATES = {
    "wal": (closed, opened, left_by_a_killed_application, restored_with_an_old_log, with_an_empty_log),
    "delete": (closed, opened),
    "persist": (closed, opened),
}
CASES = [pytest.param(journal, state, id=f"{journal}-{state.__name__}") for journal, states in STATES.items() for state in states]


def write(workspace, journal, more=""):
    work_for_all().write(workspace.database, "delete" if journal == "persist" else journal)
    if more:
        workspace.execute(more)
    if journal == "persist":
        workspace.execute("PRAGMA journal_mode = PERSIST; UPDATE job SET metadata = '{}';")
        assert workspace.database.with_name("app.db-journal").exists()


@pytest.mark.parametrize("more", ["", REFUSES], ids=["", "rehearsed"])
@pytest.mark.parametrize(("journal", "state"), CASES)
def test_nothing_changes(workspace, journal, state, more):
    write(workspace, journal, more)
    with state(workspace):
        before = fingerprint(workspace.folder)
        for name, command in LOOKS.items():
            workspace.command(*command).exits(0)
            assert fingerprint(workspace.folder) == before, name
    assert reports.numbers(workspace.preview()) == dict.fromkeys(reports.NUMBERS, 1)


def test_what_is_in_the_log_is_seen(workspace):
    """A file that was restored together with its log: what only the log holds counts."""
    write(workspace, "wal")
    killed(workspace.database, "PRAGMA wal_autocheckpoint = 0; DELETE FROM handled_downloads;")
    workspace.database.with_name("app.db-shm").unlink()
    assert workspace.preview()["old_downloads_deleted"] == 0


def test_half_a_change_is_told_and_left(workspace):
    write(workspace, "delete")
    killed(workspace.database, "PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN; UPDATE job SET metadata = hex(randomblob(20000)); UPDATE job SET metadata = 1;")
    before = fingerprint(workspace.folder)
    assert before["app.db-journal"][3] > 0
    for command in (("check",), ("preview",)):
        finished = workspace.command(*command).exits(1)
        assert "half of a change" in finished.said and "app.db-journal" in finished.said
        assert fingerprint(workspace.folder) == before
    assert workspace.run()["status"] == "completed", "a run is a writer, and puts it in order as the application would"


@pytest.mark.parametrize("state", STATES["wal"][:4])
def test_another_user_who_may_only_read(theirs, state):
    write(theirs, "wal", REFUSES)
    with state(theirs):
        for path in theirs.folder.glob("app.db*"):
            path.chmod(0o644)
        theirs.folder.chmod(0o777)
        before = fingerprint(theirs.folder)
        finished = theirs.command("check").exits(1)
        assert "permission" in finished.out and "user 0" in finished.out and "65534" in finished.out
        assert fingerprint(theirs.folder) == before
        assert reports.numbers(theirs.preview()) == dict.fromkeys(reports.NUMBERS, 1)
        assert fingerprint(theirs.folder) == before
        refused = theirs.command("run", "--json").exits(1)
        assert "permission" in refused.said
        assert fingerprint(theirs.folder) == before, "refused before anything is made"
        with application(theirs.database):
            pass


def test_another_user_whose_files_would_lock_the_application_out(theirs):
    """Group and mode allow the write, but what this user makes would have a group that the application isn't in."""
    write(theirs, "wal")
    folder, database = theirs.folder, theirs.database
    os.chown(folder, 1000, 2000)
    os.chown(database, 1000, 2000)
    folder.chmod(0o775)
    database.chmod(0o664)
    theirs.jobsweep.prefix = ("setpriv", "--reuid=65534", "--regid=65534", "--groups=2000")
    before = fingerprint(folder)
    for command in ("check", "run"):
        finished = theirs.command(command).exits(1)
        assert "2000" in finished.said and "permission" in finished.said
        assert fingerprint(folder) == before
    theirs.jobsweep.prefix = ("setpriv", "--reuid=65534", "--regid=2000", "--clear-groups")
    theirs.command("check").exits(0)
    assert theirs.run()["status"] == "completed"


def test_root_beside_another_user(theirs):
    """What jobsweep makes as root belongs to the application's user."""
    write(theirs, "wal")
    os.chown(theirs.folder, 1000, 1000)
    os.chown(theirs.database, 1000, 1000)
    theirs.folder.chmod(0o755)
    theirs.database.chmod(0o644)
    theirs.jobsweep.prefix = ()
    with application(theirs.database):
        assert theirs.run()["status"] == "completed"
        owners = {path.name: path.stat().st_uid for path in theirs.folder.glob("app.db*")}
        assert set(owners.values()) == {1000} and "app.db-jobsweep.lock" in owners


def test_a_file_system_that_is_mounted_read_only(workspace):
    mounted = workspace.folder / "mounted"
    mounted.mkdir()
    write(workspace, "wal")
    if os.geteuid() != 0 or os.system(f"mount -t tmpfs none '{mounted}' 2>/dev/null"):
        pytest.skip("no file system can be mounted here")
    try:
        workspace.database = workspace.database.rename(workspace.folder / "kept.db")
        os.system(f"cp '{workspace.database}' '{mounted}/app.db'; mount -o remount,ro '{mounted}'")
        workspace.database = mounted / "app.db"
        finished = workspace.command("check").exits(1)
        assert "mounted read-only" in finished.out
        assert reports.numbers(workspace.preview()) == dict.fromkeys(reports.NUMBERS, 1)
        assert "mounted read-only" in workspace.command("run").exits(1).said
    finally:
        os.system(f"umount '{mounted}'")


def test_serve_looks_without_a_trace(workspace):
    write(workspace, "wal", REFUSES)
    before = fingerprint(workspace.folder)
    workspace.configure({"schedule": {"every": "1h", "first_run_after": "1h"}})
    serving = workspace.serve()
    serving.until(lambda e: e["jobsweep_up"] == 1 and e["jobsweep_database_size_bytes"] > 0, "the database was looked at")
    assert fingerprint(workspace.folder) == before
    assert serving.stop() == 0
    assert fingerprint(workspace.folder) == before


def test_an_exclusive_lock_is_waited_for_and_told(workspace, journal):
    write(workspace, journal)
    with application(workspace.database) as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("UPDATE plan_change SET field = 'mine'")
        for command in ("check", "preview"):
            finished = workspace.command(command)
            if journal == "delete":
                assert finished.code == 1 and "locked" in finished.said, finished
            else:
                assert finished.code in (0, 1), "in a log readers go on, unless the application keeps it for itself"
        connection.execute("COMMIT")
