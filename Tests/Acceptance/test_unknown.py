"""What nobody knows is said to be unknown: NaN in the metrics, null in JSON, "unknown" on the page (section 8)."""

import json
import math
import signal

import pytest

from support.bulk import bulk
from support.faults import garbage, missing, work_for_all
from support.policy import OPERATIONS
from support.slow import slow_down

NEVER = {"schedule": {"every": "24h", "first_run_after": "12h"}}
SIZES = ("jobsweep_database_size_bytes", "jobsweep_database_free_bytes", "jobsweep_database_wal_bytes")
JSON_SIZES = ("size_bytes", "free_bytes", "wal_bytes", "reclaimable_bytes", "reclaimed_by")


def unknown(exposition):
    """The operations whose backlog isn't known."""
    return {op for op in OPERATIONS if math.isnan(exposition.get("jobsweep_backlog_rows", operation=op))}


def status(serving):
    return json.loads(serving.ask("/api/status").text)


@pytest.fixture
def serving(workspace):
    work_for_all().write(workspace.database)
    workspace.configure(NEVER)
    return workspace.serve()


def test_before_any_run(serving):
    exposition = serving.scrape()
    assert unknown(exposition) == set(OPERATIONS)
    assert all(exposition[name] >= 0 for name in SIZES)
    assert status(serving)["backlog"] == dict.fromkeys(OPERATIONS)
    assert serving.ask("/").text.count("Backlog unknown") == len(OPERATIONS)
    answer = serving.ask("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert 'jobsweep_backlog_rows{operation="old_jobs"} NaN\n' in answer.text


def test_after_a_run(workspace, serving):
    workspace.run()
    exposition = serving.until_runs(1, "completed")
    assert unknown(exposition) == set()
    assert status(serving)["backlog"] == dict.fromkeys(OPERATIONS, 0)
    page = serving.ask("/").text
    assert "unknown" not in page and page.count("No backlog.") == len(OPERATIONS)


def test_an_operation_that_did_not_take_part(workspace, serving):
    """The count of an earlier run is no count of what the last one left."""
    workspace.run()
    workspace.run("--only", "old_jobs")
    assert unknown(serving.until_runs(2)) == set(OPERATIONS) - {"old_jobs"}


def test_after_a_cancelled_run(workspace):
    bulk(old=5_000).world.write(workspace.database)
    workspace.configure(NEVER)
    serving = workspace.serve()
    slow_down(workspace)
    first = workspace.start("run", "--json")
    everything = workspace.query("SELECT count(*) FROM job")
    serving.until(lambda _: workspace.query("SELECT count(*) FROM job") < everything, "rows go")
    first.send(signal.SIGINT)
    assert first.finish().report["status"] == "cancelled"
    exposition = serving.until_runs(1, "cancelled")
    assert {"old_downloads", "stuck_plans"} <= unknown(exposition)
    assert "stale_jobs" not in unknown(exposition)


@pytest.mark.parametrize("fault", [missing, garbage])
def test_with_the_database_gone(workspace, serving, fault):
    workspace.run()
    before = serving.until_runs(1, "completed")
    assert unknown(before) == set()
    with fault(workspace):
        gone = serving.until(lambda e: e["jobsweep_up"] == 0, "the loss is seen")
        assert all(math.isnan(gone[name]) for name in SIZES)
        assert unknown(gone) == set(OPERATIONS)
        answer = status(serving)
        assert answer["backlog"] == dict.fromkeys(OPERATIONS)
        assert {answer["database"][name] for name in JSON_SIZES} == {None}
        workspace.command("run").exits(1)
        serving.until_runs(1, "failed")
    back = serving.until(lambda e: e["jobsweep_up"] == 1, "it is seen again")
    assert all(back[name] >= 0 for name in SIZES)
    assert unknown(back) == set(OPERATIONS), "the last run couldn't count"
