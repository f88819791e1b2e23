"""A sidecar that is down at every due time still sweeps: `catch_up`."""

import time

from support.faults import work_for_all

SCHEDULE = {"every": "8s", "first_run_after": "1s", "misfire_grace": "1s"}


def down_at_every_due_time(workspace, times):
    """Serves until a run has been made, ends, and comes back when the next due time is past the grace, `times` times over.

    Gives the last exposition."""
    for turn in range(times):
        serving = workspace.serve()
        exposition = serving.until_runs(turn + 1)
        assert serving.stop() == 0
        if turn < times - 1:
            due = exposition["jobsweep_last_run_start_timestamp_seconds"] + 8
            while time.time() < due + 2.5:
                time.sleep(0.05)
    return exposition


def test_what_was_missed_while_it_was_down_is_made_up_for(workspace):
    work_for_all().write(workspace.database)
    workspace.configure({"schedule": SCHEDULE})
    exposition = down_at_every_due_time(workspace, 3)
    assert exposition.total("jobsweep_runs_total") == 3
    assert exposition.get("jobsweep_runs_skipped_total", reason="misfire") == 0


def test_it_can_be_switched_off(workspace):
    work_for_all().write(workspace.database)
    workspace.configure({"schedule": {**SCHEDULE, "every": "30s", "catch_up": False}})
    first = workspace.serve()
    due = first.until_runs(1)["jobsweep_last_run_start_timestamp_seconds"] + 30
    assert first.stop() == 0
    while time.time() < due + 2:
        time.sleep(0.05)
    again = workspace.serve()
    exposition = again.until(lambda e: e.get("jobsweep_runs_skipped_total", reason="misfire") == 1, "a misfire is counted")
    assert exposition.total("jobsweep_runs_total") == 1 and exposition["jobsweep_next_run_timestamp_seconds"] >= due + 28
    assert again.stop() == 0
