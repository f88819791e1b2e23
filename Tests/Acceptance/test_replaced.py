"""The database's files are taken away or replaced while a run is under way."""

import os
import shutil
from hashlib import sha256

import pytest

from support.bulk import bulk
from support.faults import smash_page, work_for_all
from support.slow import SLOW, slow_down, speed_up
from support.waiting import eventually

OLD = 4_000
FEW = 200


@pytest.fixture
def slow(workspace, journal):
    bulk(old=OLD).world.write(workspace.database, journal)
    workspace.backup = workspace.folder / "backup" / "app.db"
    workspace.backup.parent.mkdir()
    workspace.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(workspace.database, workspace.backup)
    slow_down(workspace)
    return workspace


def start(workspace, old=OLD):
    """A run under way that has deleted rows."""
    started = workspace.start("run", "--json")
    everything = old + old // 10
    eventually(lambda: workspace.query("SELECT count(*) FROM job")[0][0] < everything, "the run deletes rows")
    return started


def only_error(finished):
    report = finished.report
    assert finished.code == 1 and report["status"] == "failed", finished
    (error,) = report["errors"]
    return report, error["error"]


def test_a_backup_is_moved_over_it(slow):
    content = sha256(slow.backup.read_bytes()).hexdigest()
    slow.configure(SLOW)
    run = start(slow)
    os.replace(slow.backup, slow.database)
    log = slow.database.with_name("app.db-wal")
    before = log.stat().st_ino if log.exists() else None
    report, error = only_error(run.finish())
    assert "replaced" in error and str(slow.database) in error
    assert report["old_jobs_deleted"] < OLD
    assert sha256(slow.database.read_bytes()).hexdigest() == content, "the new file is not written"
    assert before is None or log.stat().st_ino == before, "the log is neither moved nor deleted"


@pytest.mark.parametrize("how", ["moved", "deleted"])
def test_it_goes(slow, how):
    slow.configure(SLOW)
    run = start(slow)
    if how == "moved":
        slow.database.rename(slow.folder / "elsewhere.db")
    else:
        slow.database.unlink()
    report, error = only_error(run.finish())
    assert "moved or deleted" in error and "permission" not in error
    assert not slow.database.exists()


@pytest.mark.parametrize("part", ["wal", "shm"])
def test_its_log_goes(workspace, part):
    bulk(old=OLD).world.write(workspace.database)
    slow_down(workspace)
    run = start(workspace)
    workspace.database.with_name(f"app.db-{part}").unlink()
    report, error = only_error(run.finish())
    assert f"app.db-{part}" in error and "removed or replaced" in error
    assert report["old_jobs_deleted"] < OLD


def test_damage_ends_the_run(workspace):
    work_for_all().write(workspace.database)
    smash_page(workspace, "job")
    report, error = only_error(workspace.command("run", "--json"))
    assert "damaged" in error
    assert report["old_downloads_deleted"] == 0, "nothing more is written into a damaged file"


def test_the_lock_outlives_its_file(workspace, journal):
    """Whoever removes the lock file lets nobody in: the database itself is locked as well."""
    slow = workspace
    bulk(old=FEW).world.write(slow.database, journal)
    slow_down(slow, cost=1_500_000)
    run = start(slow, FEW)
    slow.database.with_name("app.db-jobsweep.lock").unlink()
    for state in ("state", "another state"):
        second = slow.jobsweep("run", "--json", "--database", slow.database, "--state", slow.folder / state)
        assert second.code == 4, second
        assert "another run is under way" in second.err
    assert run.process.poll() is None, "the first run ended too soon for this test"
    speed_up(slow)
    assert run.finish().report["old_jobs_deleted"] == FEW
    slow.command("run").exits(0)
