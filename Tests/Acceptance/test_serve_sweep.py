"""A sweep of `serve`: its counters are what the oracle says, a command line's are what its report says, and both survive a restart."""

import time

import pytest

from support import catalogue
from support.generator import generate
from support.oracle import decide
from support.policy import OPERATIONS
from support.timestamps import now

SOON = {"schedule": {"every": "1h", "first_run_after": "1s"}}
NEVER = {"schedule": {"every": "24h", "first_run_after": "12h"}}


def check_counters(exposition, outcome):
    """Every counter of rows against an outcome, label by label."""
    assert exposition.nonzero("jobsweep_jobs_deleted_total", "job_type") == {(t,): n for t, n in outcome.deleted_jobs.items()}
    assert exposition.nonzero("jobsweep_stale_jobs_total", "job_type", "outcome") == dict(outcome.stale)
    assert exposition["jobsweep_downloads_deleted_total"] == outcome.deleted_downloads
    assert exposition["jobsweep_plans_reset_total"] == outcome.reset_plans
    skipped = exposition.nonzero("jobsweep_rows_skipped_total", "operation", "reason")
    for operation in OPERATIONS:
        low = len(outcome.unreadable[operation])
        assert low <= skipped.pop((operation, "unreadable"), 0) <= low + len(outcome.undated[operation]), operation
    # A sign of life from the future may be a stale job's or a plan's.
    future = skipped.pop(("stale_jobs", "future"), 0) + skipped.pop(("stuck_plans", "future"), 0)
    assert (future, skipped.pop(("stuck_plans", "unknown"), 0)) == (outcome.future, outcome.unknown)
    assert skipped == ({("stale_jobs", "alive"): outcome.alive} if outcome.alive else {})
    rows = dict(zip(OPERATIONS, outcome.numbers.values()))
    assert {op: exposition.get("jobsweep_last_run_rows", operation=op) for op in OPERATIONS} == rows
    assert {exposition.get("jobsweep_backlog_rows", operation=op) for op in OPERATIONS} == {0}


def test_counters_of_a_scheduled_sweep(workspace):
    world = generate(21, now())
    world.write(workspace.database)
    workspace.configure(SOON)
    began = time.time()
    serving = workspace.serve()
    exposition = serving.until_runs(1, "completed")
    check_counters(exposition, decide(world.tables, now()))
    ((trigger, status),) = exposition.nonzero("jobsweep_runs_total", "trigger", "status")
    assert trigger in ("startup", "schedule") and status == "completed"
    start, end, success = (
        exposition[f"jobsweep_last_{name}_timestamp_seconds"] for name in ("run_start", "run_completion", "success")
    )
    assert began < start <= end == success <= time.time()
    assert exposition["jobsweep_run_duration_seconds_count"] == 1
    assert abs(exposition["jobsweep_run_duration_seconds_sum"] - (end - start)) < 0.05
    assert exposition["jobsweep_write_lock_seconds_count"] >= 4 and exposition["jobsweep_write_lock_seconds_sum"] > 0
    assert 0 < sum(exposition.get("jobsweep_last_run_operation_duration_seconds", operation=op) for op in OPERATIONS) <= end - start + 0.05
    assert 3590 < exposition["jobsweep_next_run_timestamp_seconds"] - end <= 3605
    assert exposition["jobsweep_schedule_interval_seconds"] == 3600
    assert exposition.nonzero("jobsweep_errors_total", "operation") == exposition.nonzero("jobsweep_runs_skipped_total", "reason") == {}
    assert serving.stop() == 0


def test_runs_of_the_command_line_show_up(workspace):
    """They share the state directory, whichever of the two came first."""
    world = generate(22, now())
    world.write(workspace.database)
    workspace.configure(NEVER)
    serving = workspace.serve()
    workspace.preview()
    report = workspace.run()
    exposition = serving.until_runs(1, "completed")
    assert exposition.nonzero("jobsweep_runs_total", "trigger", "status") == {("cli", "completed"): 1}, "dry runs are not counted"
    check_counters(exposition, decide(world.tables, now()))
    assert exposition.total("jobsweep_jobs_deleted_total") == report["old_jobs_deleted"]
    assert abs(exposition["jobsweep_run_duration_seconds_sum"] - report["duration_seconds"]) < 0.01
    assert serving.stop() == 0
    workspace.run()
    again = workspace.serve().scrape()
    assert again.nonzero("jobsweep_runs_total", "trigger", "status") == {("cli", "completed"): 2}
    assert again.total("jobsweep_jobs_deleted_total") == report["old_jobs_deleted"]


def test_totals_and_last_runs_survive_a_restart(workspace):
    generate(23, now()).write(workspace.database)
    workspace.configure(SOON)
    serving = workspace.serve()
    before = serving.until_runs(1, "completed")
    assert serving.stop() == 0
    after = workspace.serve().scrape()
    kept = [name for name in catalogue.ZERO_AT_FIRST if name not in ("jobsweep_running", "jobsweep_last_run_operation_duration_seconds")]
    kept.append("jobsweep_next_run_timestamp_seconds")
    lost = {
        key: (value, after.samples[key])
        for key, value in before.samples.items()
        if key[0] in kept and abs(after.samples[key] - value) > (1 if "next_run" in key[0] else 1e-6)
    }
    assert lost == {}


@pytest.mark.parametrize("kill", [False, True], ids=["stopped", "killed"])
def test_the_last_run_is_remembered(workspace, kill):
    """After a restart the next run is due an interval after the last one, not at once."""
    generate(24, now()).write(workspace.database)
    workspace.configure(SOON)
    serving = workspace.serve()
    last = serving.until_runs(1, "completed")["jobsweep_last_run_start_timestamp_seconds"]
    if kill:
        serving.started.kill()
        serving.wait()
    else:
        assert serving.stop() == 0
    exposition = workspace.serve().scrape()
    assert exposition["jobsweep_last_run_start_timestamp_seconds"] == last
    assert 3590 < exposition["jobsweep_next_run_timestamp_seconds"] - last < 3630


def test_a_sweep_over_and_over(workspace):
    generate(25, now()).write(workspace.database)
    workspace.configure({"schedule": {"every": "1s", "first_run_after": "1s"}})
    serving = workspace.serve()
    first = serving.until_runs(1)
    third = serving.until_runs(3)
    for name in ("jobsweep_jobs_deleted_total", "jobsweep_stale_jobs_total", "jobsweep_plans_reset_total"):
        assert third.total(name) == first.total(name) > 0
    assert third.total("jobsweep_last_run_rows") == 0
    assert third.get("jobsweep_runs_total", trigger="schedule", status="completed") >= 2
    assert third["jobsweep_schedule_interval_seconds"] == 1
    assert serving.stop() == 0
