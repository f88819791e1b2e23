"""`kill -9` in the middle of sweeps, many times over."""

import json
import os
import random
import re
import signal
import sqlite3
import time

import pytest

from support.bulk import bulk
from support.slow import SLOW, slow_down, speed_up
from support.waiting import Late, eventually

KILLS = 12  # in each journal mode


def kill_in_mid_sweep(workspace, delay):
    """Starts a run and kills it `delay` seconds after the first sign of its work (or its start); says whether rows had gone."""
    count = "SELECT count(*) FROM job"
    before = workspace.query(count)
    started = workspace.start("run", "--json")
    if delay >= 0:
        try:
            eventually(lambda: workspace.query(count) != before or started.process.poll() is not None, "rows go", pause=0.01)
        except Late:
            started.kill()
            raise
    time.sleep(abs(delay))
    started.kill()
    killed = started.process.wait() == -9
    return killed and workspace.query(count) != before


def test_killed_again_and_again(workspace, journal):
    made = bulk(old=8_000, stale=400)
    made.world.write(workspace.database, journal)
    untouched = {job: made.world.jobs[job] for job in made.kept}
    slow_down(workspace)
    draw = random.Random(5)
    hits = 0
    for kill in range(KILLS):
        # One in three dies at a random point of its start, the others at a random point between batches or within one.
        hits += kill_in_mid_sweep(workspace, -draw.random() * 0.2 if kill % 3 == 0 else draw.random() * 0.1)
        assert workspace.integrity() == ["ok"]
        assert workspace.query("PRAGMA foreign_key_check") == []
        jobs = workspace.tables()["job"]
        assert {job: jobs.get(job) for job in made.kept} == untouched
        assert made.stale <= jobs.keys()
        assert whole(jobs[job] for job in made.stale)
    assert hits >= KILLS // 2, "too few kills hit a sweep at work to say much"

    speed_up(workspace)
    report = workspace.run()
    assert report["status"] == "completed", "no lock is left behind, and the next run finishes"
    after = workspace.tables()
    assert after["job"].keys() == made.kept | made.stale
    assert {after["job"][job]["status"] for job in made.stale} == {"failed"} and whole(after["job"][job] for job in made.stale)
    assert {row["job_id"] for row in after["daemon_job_history"].values()} <= after["job"].keys()
    assert (len(after["handled_downloads"]), [row["status"] for row in after["analysis_plan"].values()]) == (0, ["DRAFT"])


def whole(rows):
    """Whether each row is either untouched or settled, and nothing in between."""
    return all(
        (row["status"], row["error"], row["completed_at"]) == ("running", None, None)
        or (
            row["status"] == "failed"
            and re.fullmatch(r"Job timed out after \d+\.\d minutes", row["error"])
            and row["completed_at"] == row["updated_at"]
        )
        for row in rows
    )


def test_a_killed_serve_leaves_no_lock(workspace):
    made = bulk(old=10_000)
    made.world.write(workspace.database)
    slow_down(workspace)
    workspace.configure({"schedule": {"every": "1h", "first_run_after": "1s"}})
    serving = workspace.serve()
    serving.until(lambda e: e["jobsweep_running"] == 1, "a sweep is under way")
    serving.started.kill()
    serving.wait()
    speed_up(workspace)
    assert workspace.run()["status"] == "completed"
    assert workspace.tables()["job"].keys() == made.kept


def test_what_a_killed_run_had_done_is_in_the_totals(workspace):
    made = bulk(old=40)
    made.world.write(workspace.database)
    workspace.configure(SLOW)
    started = workspace.start("run", "--only", "old_jobs")

    def gone():
        return 44 - workspace.query("SELECT count(*) FROM job")[0][0]

    def stands_between_two_batches():
        """Halts the run, and lets it go on where its last batch isn't written down yet."""
        os.kill(started.pid, signal.SIGSTOP)
        try:
            with sqlite3.connect(f"file:{workspace.state}/jobsweep.db?mode=rw", uri=True) as state:
                figures = state.execute("SELECT figures FROM run").fetchone()
        except sqlite3.OperationalError:
            figures = None
        if gone() >= 2 and figures and figures[0] and json.loads(figures[0])["rows"] == {"old_jobs": gone()}:
            return True
        os.kill(started.pid, signal.SIGCONT)
        return False

    eventually(stands_between_two_batches, "what the run did is written down", 60)
    before = gone()
    started.kill()
    started.process.wait()
    workspace.configure({})
    serving = workspace.serve()
    assert serving.scrape().total("jobsweep_jobs_deleted_total") == 0, "nobody knows yet that the run is over"
    report = workspace.run("--only", "old_jobs")
    assert report["old_jobs_deleted"] == 40 - before
    exposition = serving.until(lambda e: e.get("jobsweep_rows_deleted_total", operation="old_jobs") == 40, "both runs are in the totals")
    assert exposition.total("jobsweep_jobs_deleted_total") == 40
    assert exposition.get("jobsweep_dependents_deleted_total", operation="old_jobs") == 4
    killed = json.loads(serving.ask("/api/jobs").text)["jobs"][-1]
    assert killed["status"] == "failed"
    # What it took can be put back, and the page says so.
    assert "can be put back" in serving.ask(f"/runs/{killed['id']}").text
    serving.stop()
