"""What the process keeps in memory: what a sweep needed goes again, and its need doesn't follow the rows."""

import contextlib
import os
import time

import pytest

from support.bulk import bulk
from support.workspace import Workspace

pytestmark = pytest.mark.alone

#: How much further the peak may go with ten times the rows, in KiB; those rows alone are more than this in any form.
SLACK = 4 * 1024


def memory(pid, kind):
    """One kind of a process's memory, in KiB (proc(5))."""
    with open(f"/proc/{pid}/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:"))


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
        highest = 0
        # What the kernel tells at the end (ru_maxrss) counts this process too, as it was when it forked.
        while os.waitid(os.P_PID, started.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            with contextlib.suppress(StopIteration):
                highest = max(highest, memory(started.pid, "VmHWM"))
            time.sleep(0.002)
        assert started.finish(10).report["old_jobs_deleted"] == rows
        return highest

    small, large = peak(4_000, "small.db"), peak(40_000, "large.db")
    assert large < small + SLACK
