"""State of other versions: taken over from 0.1.0, read tolerantly, and left alone where a newer version made it its own."""

import json
import sqlite3
from pathlib import Path

import pytest

from support.faults import work_for_all
from support.history import runs

FIXTURE = Path(__file__).resolve().parents[1] / "RunHistoryTests" / "Fixtures" / "state-0.1.0.sql"
NEVER = {"schedule": {"every": "24h", "first_run_after": "12h"}}


def edit(workspace, script):
    workspace.state.mkdir(exist_ok=True)
    connection = sqlite3.connect(workspace.state / "jobsweep.db")
    connection.executescript(script)
    connection.close()


@pytest.fixture
def old(workspace):
    """A workspace with the state of version 0.1.0."""
    work_for_all().write(workspace.database)
    workspace.configure(NEVER)
    edit(workspace, FIXTURE.read_text().replace("/data/app.db", str(workspace.database.resolve())))
    return workspace


def nothing_set_aside(workspace):
    return sorted(path.name for path in workspace.state.iterdir() if path.name.partition("-")[0] not in ("jobsweep.db", "control.token", "archive")) == []


def test_history_and_totals_of_0_1_0(old):
    serving = old.serve()
    exposition = serving.scrape()
    assert exposition.total("jobsweep_jobs_deleted_total") == 3606
    assert exposition.get("jobsweep_jobs_deleted_total", job_type="sync") == 863
    assert exposition["jobsweep_downloads_deleted_total"] == 2658
    assert exposition["jobsweep_plans_reset_total"] == 72
    assert exposition.total("jobsweep_stale_jobs_total") == 11
    assert exposition.total("jobsweep_runs_total") == 10
    assert exposition.total("jobsweep_runs_skipped_total") == 3
    assert exposition["jobsweep_run_duration_seconds_count"] == 10
    assert round(exposition["jobsweep_run_duration_seconds_sum"], 6) == 7.274828
    assert exposition.get("jobsweep_run_duration_seconds_bucket", le="0.5") == 6
    assert exposition["jobsweep_write_lock_seconds_count"] == 107
    assert round(exposition["jobsweep_last_success_timestamp_seconds"], 3) == 1795641764.404
    assert exposition.get("jobsweep_backlog_rows", operation="old_jobs") == 2
    reports = runs(old)
    assert len(reports) == 11 and len({report["run_id"] for report in reports}) == 11
    assert [report["status"] for report in reports].count("completed_with_errors") == 1
    table = old.command("history").exits(0).out
    assert "3603" in table and "2658" in table
    old.run()
    # The run that was killed is counted first, as the eleventh.
    exposition = serving.until(lambda e: e.total("jobsweep_jobs_deleted_total") > 3606, "the run's job is counted")
    assert exposition.total("jobsweep_jobs_deleted_total") == 3607
    shown = json.loads(old.command("history", "--json").exits(0).out)
    assert shown["total"] == 13
    assert [job["status"] for job in shown["jobs"]].count("running") == 0, "the run that was killed is closed"
    assert nothing_set_aside(old)


@pytest.mark.parametrize("key", ["$.downloadsDeleted", "$.lastRun", "$.lockHeld", "$.runs", "$.runDuration.bounds"])
def test_totals_of_0_1_0_that_lack_a_key(old, key):
    """What any later version's new field amounts to."""
    edit(old, f"UPDATE totals SET document = json_remove(document, '{key}')")
    exposition = old.serve().scrape()
    assert exposition["jobsweep_plans_reset_total"] == 72
    assert len(runs(old)) == 11
    assert nothing_set_aside(old)


def test_any_row_of_the_totals_may_be_missing(old):
    """Whatever a version doesn't find is 0, and costs nothing else."""
    old.run()
    edit(old, "DELETE FROM total WHERE metric NOT IN ('jobsweep_plans_reset_total')")
    edit(old, "ALTER TABLE run ADD COLUMN later TEXT; ALTER TABLE total ADD COLUMN later TEXT DEFAULT 'x'")
    serving = old.serve()
    assert serving.scrape()["jobsweep_plans_reset_total"] == 73
    old.run()
    assert serving.until_runs(1).total("jobsweep_runs_total") == 1
    assert len(runs(old)) == 13
    assert nothing_set_aside(old)


def test_a_newer_version(workspace):
    work_for_all().write(workspace.database)
    workspace.run()
    edit(workspace, "PRAGMA user_version = 77; PRAGMA wal_checkpoint(TRUNCATE)")
    before = (workspace.state / "jobsweep.db").read_bytes()
    for command in ("run", "history", "serve"):
        refused = workspace.command(command)
        assert refused.code == 2 and "newer version" in refused.err and str(workspace.state) in refused.err, refused
    assert (workspace.state / "jobsweep.db").read_bytes() == before
    assert nothing_set_aside(workspace)
