"""What the process keeps in memory: what a sweep needed goes again, and its need doesn't follow the rows."""

import contextlib
import json
import os
import sqlite3
import time

from support.bulk import bulk
from support.workspace import Workspace

#: How much further the peak may go with ten times the rows, in KiB; those rows alone are more than this in any form.
SLACK = 4 * 1024


def memory(pid, kind):
    """One kind of a process's memory, in KiB (proc(5))."""
    with open(f"/proc/{pid}/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:"))


def highest(started):
    """What a process has at most until it ends, in KiB."""
    reached = 0
    # What the kernel tells at the end (ru_maxrss) counts this process too, as it was when it forked.
    while os.waitid(os.P_PID, started.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        with contextlib.suppress(StopIteration):
            reached = max(reached, memory(started.pid, "VmHWM"))
        time.sleep(0.005)
    return reached


def test_what_a_sweep_needed_is_given_back(tmp_path):
    """After a sweep of many rows a server holds no more memory of its own than after one of few."""

    def idle(rows, name):
        workspace = Workspace(tmp_path / name)
        bulk(old=rows).world.write(workspace.database)
        workspace.configure({"schedule": {"every": "12h", "first_run_after": "0s"}})
        try:
            serving = workspace.serve()
            exposition = serving.until_runs(1, "completed", seconds=120)
            assert exposition.total("jobsweep_jobs_deleted_total") == rows
            return memory(serving.pid, "RssAnon")
        finally:
            workspace.close()

    small = idle(100, "small")
    assert idle(20_000, "large") < small + SLACK


def test_the_peak_does_not_follow_the_rows(workspace, tmp_path):
    def peak(rows, name):
        path = tmp_path / name
        bulk(old=rows).world.write(path)
        started = workspace.jobsweep.start("run", "--json", "--database", path, "--state", workspace.state)
        reached = highest(started)
        assert started.finish(10).report["old_jobs_deleted"] == rows
        return reached

    small, large = peak(4_000, "small.db"), peak(40_000, "large.db")
    assert large < small + SLACK


def test_the_peak_does_not_follow_rows_that_are_refused(workspace, tmp_path):
    """Each of them was read whole before its batch, to be kept should it go."""

    def peak(rows, name):
        path = tmp_path / name
        bulk(old=rows).world.write(path)
        with contextlib.closing(sqlite3.connect(path)) as database:
            database.execute("CREATE TRIGGER all_stay BEFORE DELETE ON job BEGIN SELECT RAISE(ABORT, 'all stay'); END")
        # The report is longer than a pipe holds.
        with (tmp_path / "report.json").open("w+") as report:
            reached = highest(workspace.jobsweep.start("run", "--json", "--database", path, "--state", workspace.state, stdout=report))
            report.seek(0)
            return reached, json.load(report)["old_jobs_deleted"]

    # So many are remembered as are tried a second time, which is bounded too.
    (small, none), (large, none_either) = peak(12_000, "small.db"), peak(24_000, "large.db")
    assert (none, none_either) == (0, 0)
    assert large < small + SLACK
