"""The history of a run that is under way is nobody's business but its own (section 3)."""

import fcntl
import json
import os
import signal
import sqlite3
import time

import pytest

from support.bulk import bulk
from support.faults import work_for_all
from support.slow import slow_down, speed_up
from support.waiting import eventually

OLD = 3_000
NEVER = {"schedule": {"every": "24h", "first_run_after": "12h"}}


def history(workspace):
    return json.loads(workspace.command("history", "--json").exits(0).out)["jobs"]


def under_way(workspace):
    everything = workspace.query("SELECT count(*) FROM job")
    eventually(lambda: workspace.query("SELECT count(*) FROM job") < everything, "a run deletes rows")


@pytest.fixture
def slow(workspace):
    bulk(old=OLD).world.write(workspace.database)
    workspace.configure(NEVER)
    slow_down(workspace)
    return workspace


def test_a_run_that_finds_no_database_leaves_the_record_of_the_live_one(slow):
    """The file is moved away for a moment, in which the first run stands still: a run ends where its file isn't there any more. The
    second run can't ask for the lease, fails, and closes nobody's record."""
    first = slow.start("run", "--json")
    under_way(slow)
    first.pause()
    slow.database.rename(slow.folder / "moved.db")
    second = slow.command("run", "--json")
    (slow.folder / "moved.db").rename(slow.database)
    first.send(signal.SIGCONT)
    assert second.code == 1 and second.report["status"] == "failed", second
    assert first.process.poll() is None, "the first run ended too soon for this test"
    assert [job["status"] for job in history(slow)] == ["failed", "running"]
    speed_up(slow)
    report = first.finish().report
    recorded = {job["id"]: job["status"] for job in history(slow)}
    assert recorded == {report["run_id"]: report["status"], second.report["run_id"]: "failed"}
    exposition = slow.serve().scrape()
    assert exposition.total("jobsweep_runs_total") == 2
    assert exposition.total("jobsweep_runs_total", status="failed") == 1 + (report["status"] == "failed")


def test_a_run_that_cannot_lock_leaves_the_record_of_the_live_one(slow):
    """The lock file can't be opened, as with no descriptors left."""
    first = slow.start("run", "--json")
    under_way(slow)
    lock = slow.database.with_name(slow.database.name + "-jobsweep.lock")
    lock.rename(slow.folder / "kept.lock")
    lock.symlink_to(lock)
    second = slow.command("run", "--json")
    lock.unlink()
    (slow.folder / "kept.lock").rename(lock)
    assert second.code == 1, second
    assert [job["status"] for job in history(slow)] == ["failed", "running"]
    speed_up(slow)
    assert first.finish().report["status"] == "completed"
    assert sorted(job["status"] for job in history(slow)) == ["completed", "failed"]


def lease_is_free(workspace):
    with open(workspace.database.with_name(workspace.database.name + "-jobsweep.lock")) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def test_the_record_is_finished_before_the_lease_ends(slow):
    """While the record can't be written, because somebody else writes to the state, the lease is held, long after the last row went."""
    first = slow.start("run", "--json")
    under_way(slow)
    state = sqlite3.connect(slow.state / "jobsweep.db", isolation_level=None, timeout=60)
    state.execute("BEGIN IMMEDIATE")
    speed_up(slow)
    eventually(lambda: slow.query("SELECT count(*) FROM job WHERE completed_at < datetime('now', '-31 days')") == [(0,)], "all old rows go")
    until = time.monotonic() + 3
    while time.monotonic() < until:
        assert not lease_is_free(slow), "the lease is free, and the record not finished"
        time.sleep(0.02)
    assert first.process.poll() is None
    state.execute("ROLLBACK")
    state.close()
    assert first.finish().report["status"] == "completed"
    assert lease_is_free(slow)
    assert [job["status"] for job in history(slow)] == ["completed"]


def test_a_killed_run_is_closed_by_the_next_on_its_database_alone(slow, tmp_path):
    """Two databases share a state directory: a run on the one says nothing of a run on the other."""
    first = slow.start("run", "--json")
    under_way(slow)
    other = tmp_path / "other.db"
    work_for_all().write(other)
    slow.jobsweep("run", "--database", other, "--state", slow.state).exits(0)
    assert [job["status"] for job in history(slow)] == ["running"]
    os.kill(first.pid, signal.SIGKILL)
    first.process.wait()
    speed_up(slow)
    assert [job["status"] for job in history(slow)] == ["running"], "nobody has the lease yet, so nobody knows"
    slow.run()
    assert [job["status"] for job in history(slow)] == ["completed", "failed"]
