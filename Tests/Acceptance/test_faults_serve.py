"""`jobsweep serve` beside a faulty database: it lives, counts the errors, and goes on when the fault is gone."""

import os
from functools import partial

import pytest

from support.faults import garbage, locked, missing, remove_leftovers, renamed, work_for_all

EVERY_SECOND = {"schedule": {"every": "1s", "first_run_after": "1s"}}

#: Fault, journal mode, the operations whose error counters rise (None: any), and what `jobsweep_up` must say meanwhile (None: either).
FAULTS = {
    "missing": (missing, "wal", None, 0),
    "garbage": (garbage, "wal", None, 0),
    "locked whole": (locked, "delete", None, 0),
    "write lock held": (partial(locked, how="IMMEDIATE"), "wal", {"old_downloads", "stuck_plans"}, None),
    "table missing": (partial(renamed, table="handled_downloads"), "delete", {"old_downloads"}, None),
    "column missing": (partial(renamed, table="analysis_plan", column="status"), "wal", {"stuck_plans"}, None),
}


def settled(exposition):
    # Not "and idle": runs that wait for a lock follow one another without a gap.
    return exposition.total("jobsweep_errors_total") >= 1


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_from_the_start(workspace, name):
    fault, journal, operations, up = FAULTS[name]
    work_for_all().write(workspace.database, journal)
    idle = {"operations": {"stale_jobs": {"enabled": False}, "old_jobs": {"enabled": False}}}  # each waits for the lock in its turn
    workspace.configure(EVERY_SECOND | idle)
    with fault(workspace):
        serving = workspace.serve()
        exposition = serving.until(settled, "errors are counted", seconds=60)
        if operations is not None:
            assert {labels[0] for labels in exposition.nonzero("jobsweep_errors_total", "operation")} == operations
        if up is not None:
            assert exposition["jobsweep_up"] == up
            assert serving.ask("/-/ready").status == 503
        assert serving.ask("/-/healthy").status == 200
        assert exposition["jobsweep_last_success_timestamp_seconds"] == 0
        assert exposition.total("jobsweep_runs_total", status="completed") == 0
    exposition = serving.until_runs(1, "completed", seconds=60)
    assert exposition["jobsweep_up"] == 1 and serving.ask("/-/ready").status == 200
    assert exposition["jobsweep_last_success_timestamp_seconds"] > 0
    assert exposition["jobsweep_downloads_deleted_total"] == exposition["jobsweep_plans_reset_total"] == 1
    assert serving.alive and serving.stop() == 0


@pytest.mark.parametrize("name", ["missing", "garbage", "table missing"])
def test_a_fault_that_comes_and_goes(workspace, name):
    fault, journal, _, up = FAULTS[name]
    work_for_all().write(workspace.database, journal)
    workspace.configure(EVERY_SECOND)
    serving = workspace.serve()
    good = serving.until_runs(1, "completed")
    assert good["jobsweep_up"] == 1 and good.total("jobsweep_errors_total") == 0
    with fault(workspace):
        exposition = serving.until(settled, "errors are counted")
        if up is not None:
            assert exposition["jobsweep_up"] == up
        assert serving.alive
    done = serving.scrape().total("jobsweep_runs_total", status="completed")
    assert serving.until_runs(done + 1, "completed")["jobsweep_up"] == 1
    assert serving.stop() == 0


def test_another_file_in_the_databases_place(workspace):
    """A restored backup takes the file's place while the sidecar serves: the next run works on what is there now."""
    work_for_all().write(workspace.database)
    workspace.configure(EVERY_SECOND)
    serving = workspace.serve()
    serving.until_runs(1, "completed")
    other = workspace.folder / "other.db"
    work_for_all().write(other)
    remove_leftovers(workspace.database)
    os.replace(other, workspace.database)
    exposition = serving.until(lambda e: e["jobsweep_downloads_deleted_total"] == 2, "the new file is swept")
    assert exposition["jobsweep_up"] == 1
    assert serving.stop() == 0
    assert len(workspace.tables()["handled_downloads"]) == 1 and workspace.integrity() == ["ok"]


def test_the_errors_of_serve_are_the_errors_of_the_runs(workspace):
    """One error a run and operation: the counter is a multiple of the runs, and each run ended with errors."""
    work_for_all().write(workspace.database)
    workspace.configure(EVERY_SECOND)
    with renamed(workspace, "handled_downloads"):
        serving = workspace.serve()
        exposition = serving.until_runs(2)
        runs = exposition.total("jobsweep_runs_total", status="completed_with_errors")
        assert exposition.total("jobsweep_runs_total") == runs == exposition.get("jobsweep_errors_total", operation="old_downloads")
        assert exposition.get("jobsweep_errors_total", operation="run") == 0
        assert exposition["jobsweep_plans_reset_total"] == 1
        assert serving.stop() == 0
