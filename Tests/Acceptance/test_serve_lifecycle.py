"""How `serve` ends: signals at rest and in the middle of a sweep, and what is left of a sweep that was cut short."""

import json
import signal

import pytest

from support.bulk import bulk
from support.faults import work_for_all
from support.history import runs
from support.slow import slow_down, speed_up
from support.waiting import eventually

SOON = {"schedule": {"every": "1h", "first_run_after": "1s"}}


@pytest.fixture
def slow(workspace):
    made = bulk(old=10_000)
    made.world.write(workspace.database)
    slow_down(workspace)
    workspace.configure(SOON)
    workspace.made = made
    return workspace


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_at_rest(workspace, number):
    work_for_all().write(workspace.database)
    serving = workspace.serve()
    assert serving.stop(number, seconds=60) == 0
    leftovers = {path.name for path in workspace.folder.iterdir()}
    assert not leftovers & {"app.db-wal", "app.db-journal"}, "the database was closed in good order"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_in_mid_sweep(slow, number):
    """It ends at the next batch with exit code 0, and the run is recorded as cancelled with what it did."""
    serving = slow.serve()
    serving.until(lambda e: e["jobsweep_running"] == 1, "a sweep is under way")
    eventually(lambda: slow.query("SELECT count(*) FROM job")[0][0] < len(slow.made.world.jobs), "rows go")
    assert serving.stop(number, seconds=60) == 0
    left = slow.query("SELECT count(*) FROM job")[0][0]
    gone = len(slow.made.world.jobs) - left
    assert 0 < gone < 10_000, "the sweep was to be cut short"
    (run,) = runs(slow)
    assert (run["status"], run["old_jobs_deleted"]) == ("cancelled", gone)

    speed_up(slow)
    again = slow.serve()
    exposition = again.scrape()
    assert exposition.total("jobsweep_runs_total", status="cancelled") == 1 == exposition.total("jobsweep_runs_total")
    assert exposition.total("jobsweep_jobs_deleted_total") == gone
    assert exposition["jobsweep_last_success_timestamp_seconds"] == 0
    assert exposition["jobsweep_last_run_start_timestamp_seconds"] > 0
    assert again.stop() == 0
    assert slow.run()["old_jobs_deleted"] == 10_000 - gone, "the next run takes up the rest"
    assert slow.tables()["job"].keys() == slow.made.kept


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_in_mid_sweep(slow, number):
    started = slow.start("run", "--json")
    eventually(lambda: slow.query("SELECT count(*) FROM job")[0][0] < len(slow.made.world.jobs), "rows go")
    started.send(number)
    finished = started.finish(seconds=60)
    report = finished.report
    left = slow.query("SELECT count(*) FROM job")[0][0]
    assert (report["status"], report["old_jobs_deleted"]) == ("cancelled", len(slow.made.world.jobs) - left)
    assert finished.code != 0
    assert [run["status"] for run in runs(slow)] == ["cancelled"]


def test_without_a_database(workspace):
    """It says what to give, and mentions the demonstration."""
    finished = workspace.jobsweep("serve", "--state", workspace.state).exits(2)
    assert "--database" in finished.err and "jobsweep demo" in finished.err and "JOBSWEEP_DATABASE" in finished.err


def test_json_logs(workspace):
    """`--log.format=json`: every line on stderr is one JSON object."""
    work_for_all().write(workspace.database)
    workspace.configure({"schedule": {"every": "1s", "first_run_after": "1s"}})
    serving = workspace.serve("--log.format=json", "--log.level=debug")
    serving.until_runs(1)
    assert serving.stop() == 0
    lines = [json.loads(line) for line in serving.said.splitlines()]
    assert len(lines) > 3 and all(isinstance(line, dict) for line in lines)


def test_text_logs(workspace):
    work_for_all().write(workspace.database)
    workspace.configure({"schedule": {"every": "1s", "first_run_after": "1s"}})
    serving = workspace.serve()
    serving.until_runs(1)
    assert serving.stop() == 0
    assert "run" in serving.said and not serving.said.startswith("{")
    assert serving.out.read_text() == "", "logs go to stderr"
