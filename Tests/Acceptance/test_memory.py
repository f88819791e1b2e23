"""What the process keeps in memory: what only the start needed goes again, and a sweep's need doesn't follow the rows."""

import contextlib
import os
import time

from support.bulk import bulk
from support.waiting import eventually

#: How much further the peak may go with ten times the rows, in KiB; those rows alone are more than this in any form.
SLACK = 4 * 1024


def memory(pid, kind):
    """One kind of a process's memory, in KiB (proc(5))."""
    with open(f"/proc/{pid}/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:"))


def test_what_only_the_start_needed_is_let_go(workspace):
    bulk(old=100).world.write(workspace.database)
    pid = workspace.serve().pid
    eventually(lambda: memory(pid, "VmRSS") < 0.8 * memory(pid, "VmHWM"), "less is resident than at the start")


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
