"""What a run finds in the same words as the one before it is counted always, and said when it changes."""

from support.faults import work_for_all
from support.waiting import eventually

WARNING = "timestamps can't be read"


def unreadable(workspace, job):
    workspace.execute(
        "INSERT INTO job (id, type, status, progress, created_at, updated_at, completed_at) "
        f"VALUES ('{job}', 'sync', 'completed', 100, '2020-01-01 00:00:00', '2020-01-01 00:00:00', 'yesterday')")


def test_one_unreadable_row(workspace):
    """It once made 4,681 warnings in four minutes."""
    work_for_all().write(workspace.database)
    unreadable(workspace, "first")
    workspace.configure({"schedule": {"every": "1s", "first_run_after": "0s"}})
    serving = workspace.serve()
    exposition = serving.until_runs(4, "completed", seconds=90)
    assert exposition.get("jobsweep_rows_skipped_total", operation="old_jobs", reason="unreadable") == exposition.total("jobsweep_runs_total")
    eventually(lambda: serving.said.count(WARNING) == 1, "it is said once")
    done = exposition.total("jobsweep_runs_total")
    unreadable(workspace, "second")
    serving.until(lambda e: e.total("jobsweep_runs_total") >= done + 3, "three more runs", seconds=90)
    eventually(lambda: serving.said.count(WARNING) == 2, "it is said anew when it changes")
    assert serving.stop() == 0
