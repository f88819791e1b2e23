"""A run that is interrupted while it waits to be let in ends as a cancelled one."""

import json
import signal
import sqlite3
import time

import pytest

from support.faults import work_for_all
from support.waiting import eventually


def waits(pid):
    """Whether signals are dealt with: SIGTERM and SIGINT are no longer left to the kernel."""
    masks = dict(line.split(":\t") for line in open(f"/proc/{pid}/status").read().splitlines() if line.startswith("Sig"))
    taken = int(masks["SigCgt"], 16) | int(masks["SigIgn"], 16)
    return all(taken >> (number - 1) & 1 for number in (signal.SIGINT, signal.SIGTERM))


@pytest.mark.parametrize("command", ["run", "preview"])
@pytest.mark.parametrize("signals", [[signal.SIGINT], [signal.SIGTERM], [signal.SIGINT] * 2, [signal.SIGINT, signal.SIGTERM, signal.SIGINT]], ids=str)
def test_while_the_database_is_locked(workspace, command, signals):
    work_for_all().write(workspace.database)
    before = workspace.tables()
    holder = sqlite3.connect(workspace.database, isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    started = workspace.start(command, "--json")
    eventually(lambda: waits(started.pid), "signals are dealt with")
    time.sleep(0.2)  # Deeper into the wait; any moment will do.
    for number in signals:
        started.send(number)
        time.sleep(0.05)
    finished = started.finish()
    holder.close()
    assert finished.code == 1 and json.loads(finished.out)["status"] == "cancelled", finished
    assert workspace.tables() == before
    assert workspace.run()["status"] == "completed"
