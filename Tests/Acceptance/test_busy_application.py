"""An application that writes all the time while sweeps run over and over: nothing it wrote is lost, none of its writes fails."""

import json
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from support import application, schema
from support.timestamps import now
from support.world import World
from support.workspace import Workspace

pytestmark = pytest.mark.alone

SECONDS = 8

#: Settling a job takes its time, so that the application moves on between a batch's reading and its writing.
SLOW_SETTLING = """
CREATE TRIGGER slow_settling AFTER UPDATE ON job WHEN NEW.error LIKE 'Job timed out%'
BEGIN SELECT length(hex(randomblob(100000))); END
"""


@pytest.fixture(scope="module", params=schema.JOURNALS)
def beside(request, tmp_path_factory):
    """The workspace, the reports of the sweeps, and what the application says it did."""
    workspace = Workspace(tmp_path_factory.mktemp("busy"))
    world, start = World(), now()
    for _ in range(3000):
        world.job(start, "running", age=timedelta(hours=3))
    for _ in range(2000):
        world.job(start, "completed", completed=timedelta(days=50))
    world.write(workspace.database, request.param)
    workspace.execute(SLOW_SETTLING)
    try:
        yield workspace, *run_beside_the_application(workspace)
    finally:
        workspace.close()


def run_beside_the_application(workspace):
    """Sweeps over and over while the application works; gives the reports and what the application says it did."""
    stop = workspace.folder / "stop"
    process = subprocess.Popen(
        [sys.executable, str(Path(application.__file__)), str(workspace.database), str(stop), "42"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "ready\n"
        reports, deadline = [], time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            reports.append(workspace.run())
        stop.touch()
        said, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    return reports, json.loads(said)


def test_none_of_its_writes_fails(beside):
    _, _, said = beside
    assert said["failures"] == [] and said["longest"] < application.BUSY_SECONDS


def test_nothing_it_wrote_is_lost(beside):
    workspace, reports, said = beside
    jobs = workspace.tables()["job"]
    assert {report["status"] for report in reports} == {"completed"}, [r["errors"] for r in reports if r["errors"]][:1]
    assert len(said["finished"]) > 100 and len(said["beaten"]) > 20 and sum(r["cleaned_jobs"] for r in reports) > 500

    lost = {}
    for job, moment in said["finished"].items():
        row = jobs.get(job)
        wanted = {"status": "completed", "progress": 100, "result": f'"{job}"', "error": None, "completed_at": moment, "updated_at": moment}
        if row is None or wanted != {column: row[column] for column in wanted}:
            lost[job] = (moment, row)
    for job, moment in said["beaten"].items():
        row = jobs.get(job)
        if row is None or (row["status"], row["progress"], row["updated_at"], row["error"]) != ("running", 41, moment, None):
            lost[job] = (moment, row)
    assert lost == {}

    fresh = {job for job, kind in said["added"] if kind != "old"}
    assert fresh <= jobs.keys(), "a row that is not old went"


def test_rows_that_a_run_settles_are_reported_once(beside):
    """Two reports never claim the same job."""
    _, reports, said = beside
    claimed = [detail["job_id"] for report in reports for detail in report["cleaned_job_details"]]
    assert len(claimed) == len(set(claimed))
    assert sum(report["cleaned_jobs"] for report in reports) <= 3000 + len(said["added"])


def test_a_run_afterwards_takes_up_the_rest(beside):
    workspace, _, said = beside
    workspace.run()
    left = workspace.tables()
    assert not {job for job, kind in said["added"] if kind == "old"} & left["job"].keys()
    assert not [row for row in left["job"].values() if row["status"] == "running" and row["id"] not in said["beaten"]]
