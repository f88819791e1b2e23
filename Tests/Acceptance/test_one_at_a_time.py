"""At most one run at a time on a database, across processes and state directories."""

import re
from datetime import timedelta

import pytest

from support.bulk import bulk
from support.faults import work_for_all
from support.slow import slow_down, speed_up
from support.sweeping import MINUTE
from support.timestamps import FORMS, now
from support.waiting import eventually
from support.world import World

OLD = 4_000
MARK = FORMS["space, microseconds"]


@pytest.fixture
def slow(workspace):
    bulk(old=OLD).world.write(workspace.database)
    slow_down(workspace)
    return workspace


def under_way(workspace):
    """Waits until some run has deleted rows."""
    everything = workspace.query("SELECT count(*) FROM job")

    def rows_go():
        return workspace.query("SELECT count(*) FROM job") < everything

    eventually(rows_go, "a run deletes rows")


def test_two_runs_at_once(slow):
    first = slow.start("run", "--json")
    under_way(slow)
    second = slow.command("run", "--json").exits(4)
    assert first.process.poll() is None, "the first run ended too soon for this test"
    speed_up(slow)
    report = first.finish().report
    assert report["status"] == "completed" and report["old_jobs_deleted"] == OLD
    assert report["run_id"] in second.err, "the refusal names the run"
    assert str(first.pid) in second.err, "the refusal names the process"
    slow.command("run").exits(0)


def other_spellings(workspace):
    folder = workspace.folder / "elsewhere"
    folder.mkdir()
    link = folder / "link.db"
    link.symlink_to(workspace.database)
    return {
        "another state directory": (workspace.database, None),
        "a URL": (f"sqlite:///{workspace.database}", None),
        "a relative path": ("app.db", workspace.folder),
        "a symbolic link": (link, None),
    }


def test_the_same_database_however_it_is_named(slow):
    """sqlite:////absolute/path has a fourth slash, which the path brings along."""
    first = slow.start("run", "--json")
    under_way(slow)
    for name, (database, cwd) in other_spellings(slow).items():
        second = slow.jobsweep("run", "--database", database, "--state", slow.folder / f"other {name}", cwd=cwd)
        assert first.process.poll() is None, "the first run ended too soon for this test"
        assert second.code == 4, f"{name}: {second}"
        assert str(first.pid) in second.err, f"{name}: {second}"
    speed_up(slow)
    assert first.finish().report["status"] == "completed"


@pytest.mark.parametrize("state", ["state", "another state"])
def test_run_while_serve_sweeps(slow, state):
    slow.configure({"schedule": {"every": "1h", "first_run_after": "1s"}})
    serving = slow.serve()
    serving.until(lambda e: e["jobsweep_running"] == 1, "a sweep is under way")
    under_way(slow)
    refused = slow.jobsweep("run", "--database", slow.database, "--state", slow.folder / state).exits(4)
    speed_up(slow)
    exposition = serving.until_runs(1, "completed")
    assert exposition.total("jobsweep_jobs_deleted_total") == OLD
    assert str(serving.pid) in refused.err
    history = slow.command("history", "--json").exits(0).out
    assert any(word in history for word in re.findall(r"[0-9A-Za-z-]{8,}", refused.err.replace(str(slow.folder), ""))), refused.err


def test_serve_skips_while_a_run_is_under_way(slow):
    first = slow.start("run", "--json")
    under_way(slow)
    slow.configure({"schedule": {"every": "1s", "first_run_after": "1s"}})
    serving = slow.serve()
    exposition = serving.until(lambda e: e.get("jobsweep_runs_skipped_total", reason="overlap") >= 1, "the schedule is refused")
    assert exposition.total("jobsweep_runs_total", trigger="schedule") + exposition.total("jobsweep_runs_total", trigger="startup") == 0
    assert exposition.total("jobsweep_errors_total") == 0
    speed_up(slow)
    assert first.finish().report["status"] == "completed"
    serving.until(
        lambda e: e.total("jobsweep_runs_total", trigger="schedule") + e.total("jobsweep_runs_total", trigger="startup") >= 1,
        "the schedule goes on",
    )


def test_many_at_once(workspace):
    """Of eight started together each either does a whole run or is refused, and the rows are changed once."""
    work_for_all().write(workspace.database)
    started = [workspace.jobsweep.start("run", "--json", "--database", workspace.database, "--state", workspace.folder / f"s{n}") for n in range(8)]
    finished = [one.finish() for one in started]
    assert {one.code for one in finished} <= {0, 4} and 0 in {one.code for one in finished}
    assert sum(one.report["old_jobs_deleted"] for one in finished if one.code == 0) == 1


def cleanup(age, **values):
    world = World()
    world.job(now(), values.pop("status", "running"), type=values.pop("type", "cleanup"), age=age, id="own-cleanup", **values)
    return world


@pytest.mark.parametrize("values", [
    {}, {"status": "PENDING"}, {"type": "CLEANUP", "status": "RUNNING"}, {"status": "pending", "started_at": None, "form": FORMS["T, offset west"]},
], ids=["as it is", "pending", "upper case", "an offset"])
def test_the_applications_own_cleanup_refuses_a_run(workspace, values):
    work_for_all().write(workspace.database)
    cleanup(MINUTE, **values).insert(workspace.database)
    before = workspace.tables()
    refused = workspace.command("run", "--json").exits(4)
    assert "own-cleanup" in refused.err and "cleanup" in refused.err.replace("own-cleanup", "")
    assert workspace.tables() == before


@pytest.mark.parametrize("values", [{"age": 6 * MINUTE}, {"age": MINUTE, "status": "completed"}, {"age": MINUTE, "status": "cancelling"}], ids=str)
def test_another_cleanup_does_not(workspace, values):
    work_for_all().write(workspace.database)
    cleanup(**values).insert(workspace.database)
    assert workspace.run()["status"] == "completed"


def test_serve_waits_for_the_applications_cleanup(workspace):
    work_for_all().write(workspace.database)
    cleanup(timedelta()).insert(workspace.database)
    workspace.configure({"schedule": {"every": "1s", "first_run_after": "1s"}})
    serving = workspace.serve()
    exposition = serving.until(lambda e: e.get("jobsweep_runs_skipped_total", reason="application_cleanup") >= 1, "the run is skipped")
    assert exposition.total("jobsweep_runs_total") == exposition.total("jobsweep_errors_total") == 0
    workspace.execute(f"UPDATE job SET status = 'completed', completed_at = '{MARK(now())}' WHERE id = 'own-cleanup'")
    assert serving.until_runs(1, "completed")["jobsweep_downloads_deleted_total"] == 1
    assert serving.stop() == 0


def test_the_lock_file_is_beside_the_database(workspace):
    work_for_all().write(workspace.database)
    workspace.command("run").exits(0)
    lock = workspace.database.with_name("app.db-jobsweep.lock")
    strangers = {path.name for path in workspace.folder.iterdir()} - {"app.db", "app.db-wal", "app.db-shm", lock.name, "state"}
    assert strangers == set(), "nothing else is left beside the database"
