"""Twenty rules with nothing to do on 60,000 rows each: nothing is written, and memory is that of one rule."""

import contextlib
import os
import time

import pytest

from support.ruled import NEW, OLD, configure, rule
from test_memory import SLACK, memory

RULES = 20
#: A million each is what the goal speaks of (JOBSWEEP_ROWS=1000000); it takes ten minutes.
ROWS = int(os.environ.get("JOBSWEEP_ROWS", "60000"))


def make(workspace, rows, index):
    """One table that all the rules are for: they have nothing to do, each for another reason."""
    workspace.execute(f"""PRAGMA journal_mode = wal;
        CREATE TABLE logs (id INTEGER PRIMARY KEY, at TEXT, level INT, state TEXT);
        WITH RECURSIVE n (v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v < {rows})
        INSERT INTO logs SELECT v, CASE v % 20 WHEN 0 THEN '{OLD}' ELSE '{NEW}' END, v % 20, 'kept' FROM n;""")
    workspace.execute(f"CREATE INDEX by_{index} ON logs ({index}); PRAGMA wal_checkpoint(TRUNCATE)")


def idle(count):
    """Rules of several kinds that all find nothing: no such level, no such state, only new rows, the newest are kept, or kept for ever."""
    kinds = [
        {"where": {"level": [99]}}, {"where": {"state": ["gone"], "level": [1]}}, {"where": {"level": [1]}},
        {"where": {"level": [0]}, "keep": "forever"},
    ]  # fmt: skip
    all_rows = rule("all_rows", "logs", where={"state": ["gone"]}, keep_newest={"count": 10, "per": ["level"]})
    return [all_rows] + [rule(f"rule_{number}", "logs", **kinds[number % len(kinds)]) for number in range(count - 1)]


def files(workspace):
    """What is in the database's files, and when it was last written."""
    found = {}
    for path in sorted(workspace.folder.glob("app.db*")):
        status = path.stat()
        # A reader's marks, and what the run is known by to others, aren't the application's.
        if not path.name.endswith(("-shm", "-jobsweep.lock")):
            found[path.name] = (status.st_size, status.st_mtime_ns, path.read_bytes())
    return found


@pytest.mark.parametrize("index", ["at", "level"])
def test_nothing_is_written(workspace, index):
    make(workspace, ROWS, index)
    before = files(workspace)
    configure(workspace, *idle(RULES))
    report = workspace.run()
    assert report["status"] == "completed" and set(report["rows_deleted"].values()) == {0} and len(report["rows_deleted"]) == RULES
    assert files(workspace) == before


def peak(workspace, rules):
    configure(workspace, *rules)
    started = workspace.start("run", "--json")
    highest = 0
    while os.waitid(os.P_PID, started.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        with contextlib.suppress(StopIteration):
            highest = max(highest, memory(started.pid, "VmHWM"))
        time.sleep(0.002)
    assert started.finish(10).report["status"] == "completed"
    return highest


def test_memory_is_that_of_one_rule(workspace):
    """No index leads to the times, so each rule reads what its words name; one of them reads every row."""
    make(workspace, ROWS, "level")
    before = files(workspace)
    one = peak(workspace, idle(1))
    assert peak(workspace, idle(RULES)) < one + SLACK
    assert files(workspace) == before
