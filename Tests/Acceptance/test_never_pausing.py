"""Beside an application that never lets go of its database for longer than between two transactions, a run advances, and neither starves."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest

from support import restless, schema
from support.timestamps import now
from support.world import World

pytestmark = pytest.mark.alone

ROWS = 1000


@pytest.mark.timeout(400)
@pytest.mark.parametrize("journal", schema.JOURNALS)
def test_both_get_on(workspace, journal):
    world, start = World(), now()
    for _ in range(ROWS):
        world.job(start, "completed", completed=timedelta(days=50))
    world.write(workspace.database, journal)
    stop = workspace.folder / "stop"
    application = subprocess.Popen([sys.executable, restless.__file__, str(workspace.database), str(stop)], stdout=subprocess.PIPE, text=True)
    try:
        assert application.stdout.readline() == "ready\n"
        report = workspace.run("--only", "old_jobs", seconds=300)
        stop.touch()
        said = json.loads(application.communicate(timeout=60)[0])
    finally:
        application.kill()
        application.wait()
    assert (report["status"], report["errors"], report["old_jobs_deleted"]) == ("completed", [], ROWS)
    assert said["failures"] == [] and said["longest"] < restless.BUSY_SECONDS, said
    assert said["writes"] > 50 and report["pauses"]["application"] > 0
