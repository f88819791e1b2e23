"""What goes with deleted jobs where no index serves the key: once a batch, in the batch's own transaction, and nothing is orphaned."""

import random
import sqlite3
import threading
import time

from support.schema import connect
from support.sweeping import DAY, sweep
from support.timestamps import now
from support.waiting import eventually
from support.world import World

KILLS = 8  # in each journal mode
OLD = 2_000
CHILDREN = 6_000


def spread(workspace, journal="wal", old=OLD, children=CHILDREN):
    """Old jobs and as many that stay, a child table without an index, small batches with pauses, so that a run takes a while; gives both sets of ids."""
    world, start = World(), now()
    gone = [world.job(start, "completed", completed=(31 + n % 300) * DAY) for n in range(old)]
    kept = [world.job(start, "completed", completed=DAY) for n in range(old // 10)]
    world.write(workspace.database, journal)
    with connect(workspace.database) as connection:
        connection.execute("BEGIN")
        jobs = gone + kept
        connection.executemany(
            "INSERT INTO daemon_job_history (job_id, status) VALUES (?, 'ok')", ((jobs[n % len(jobs)],) for n in range(children))
        )
        connection.execute("COMMIT")
    workspace.configure({"pacing": {"max_batch": 20, "pause": "5ms"}})
    return set(gone), set(kept)


def ids(workspace):
    return {row[0] for row in workspace.query("SELECT id FROM job")}


def owners(workspace):
    return {row[0] for row in workspace.query("SELECT DISTINCT job_id FROM daemon_job_history")}


def start_and_see_it_work(workspace):
    count = "SELECT count(*) FROM job"
    before = workspace.query(count)
    started = workspace.start("run", "--only", "old_jobs", "--json")
    eventually(lambda: workspace.query(count) != before or started.process.poll() is not None, "rows go", pause=0.01)
    return started


def test_killed_again_and_again(workspace, journal):
    gone, kept = spread(workspace, journal)
    draw = random.Random(7)
    hits = 0
    for _ in range(KILLS):
        started = start_and_see_it_work(workspace)
        time.sleep(draw.random() * 0.05)
        started.kill()
        hits += started.process.wait() == -9
        assert workspace.integrity() == ["ok"], "no child without its job"
        assert owners(workspace) == ids(workspace), "and no job without its children"
    assert hits >= KILLS // 2, "too few kills hit a run at work to say much"
    assert workspace.run("--only", "old_jobs")["status"] == "completed"
    assert ids(workspace) == owners(workspace) == kept


def test_a_table_that_comes_in_the_middle_of_a_run(workspace, journal):
    _, kept = spread(workspace, journal)
    started = start_and_see_it_work(workspace)
    workspace.execute(
        "BEGIN IMMEDIATE; CREATE TABLE late (job_id TEXT REFERENCES job (id) ON DELETE CASCADE);"
        " INSERT INTO late SELECT id FROM job; COMMIT"
    )
    late = workspace.query("SELECT count(*) FROM late")[0][0]
    started.finish().exits(0)
    assert late > len(kept), "the table came too late to say anything"
    assert workspace.integrity() == ["ok"]
    assert {row[0] for row in workspace.query("SELECT job_id FROM late")} == kept == ids(workspace)


def test_children_that_come_in_the_middle_of_a_run(workspace, journal):
    """The application adds children to the very jobs that are going, with its foreign keys on."""
    gone, kept = spread(workspace, journal)
    over, added, refused = threading.Event(), [], []

    def add():
        draw, connection = random.Random(3), connect(workspace.database)
        jobs = sorted(gone)
        while not over.is_set():
            try:
                job = draw.choice(jobs)
                connection.execute("INSERT INTO daemon_job_history (job_id, status) VALUES (?, 'new')", (job,))
                added.append(job)
            except sqlite3.IntegrityError:
                refused.append(job)
            over.wait(0.002)
        connection.close()

    application = threading.Thread(target=add)
    application.start()
    try:
        report = workspace.run("--only", "old_jobs")
    finally:
        over.set()
        application.join()
    assert (report["status"], report["old_jobs_deleted"]) == ("completed", len(gone))
    assert added and refused, "the application never met the run"
    assert workspace.integrity() == ["ok"]
    assert owners(workspace) == kept


def test_a_child_with_many_rows_a_job(workspace, journal):
    """Preview, run and rows as the oracle has them, where a job takes hundreds of rows along."""
    world, start = World(), now()
    for n in range(30):
        job = world.job(start, "completed", completed=(31 if n % 3 else 1) * DAY)
        for _ in range(100 if n % 2 else 0):
            world.history(job)
    world.history(None)
    sweep(workspace, world, journal)
    assert workspace.integrity() == ["ok"]
