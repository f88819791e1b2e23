"""Foreign keys: what cascades goes along, what refuses is an error on its row, and a preview knows both beforehand."""

import pytest

from support import reports
from support.cli import moment
from support.oracle import decide
from support.sweeping import DAY, sweep
from support.timestamps import now
from support.world import World
from support.written import differences

#: Tables that an application may hang onto its jobs, each of which forbids the deletion of a job in its own way.
GUARDS = {
    "no action": "CREATE TABLE note (job_id TEXT REFERENCES job (id))",
    "restrict": "CREATE TABLE note (job_id TEXT REFERENCES job (id) ON DELETE RESTRICT)",
    "deferred": "CREATE TABLE note (job_id TEXT REFERENCES job (id) DEFERRABLE INITIALLY DEFERRED)",
    "set null on a column that may not be": "CREATE TABLE note (job_id TEXT NOT NULL REFERENCES job (id) ON DELETE SET NULL)",
}


def old_jobs(count):
    """Old jobs with a cascading child each, and one of every other kind of work."""
    world, start = World(), now()
    ids = [world.job(start, "completed", completed=(31 + n) * DAY) for n in range(count)]
    for job in ids:
        world.history(job)
    world.job(start, "running", age=DAY)
    world.download(start, 15 * DAY)
    world.plan(start, job_id=ids[0])
    return world, ids


def check(workspace, world, refused):
    """Preview and run give the same errors, and only rows that nothing protects go."""
    before = workspace.tables()
    preview = workspace.preview()
    assert differences(before, workspace.tables(), None) == []
    report = workspace.run()
    started = moment(report["started_at"])
    outcome = decide(world.tables, started, protected=set(refused))
    assert outcome.refused == set(refused)
    assert differences(outcome.tables, workspace.tables(), started) == []
    reports.check(report, outcome, status="completed_with_errors")
    reports.check(preview, decide(world.tables, moment(preview["started_at"]), protected=set(refused)), "completed_with_errors", dry_run=True)
    for error in report["errors"]:
        assert "foreign key" in error["error"].lower() or "constraint" in error["error"].lower(), error


@pytest.mark.parametrize("guard", GUARDS)
def test_a_foreign_key_refuses(workspace, journal, guard):
    world, ids = old_jobs(40)
    world.write(workspace.database, journal)
    refused = ids[5:35:7]
    workspace.execute(GUARDS[guard] + ";" + "".join(f"INSERT INTO note VALUES ('{job}');" for job in refused))
    check(workspace, world, refused)
    workspace.execute("DROP TABLE note")
    assert workspace.run()["old_jobs_deleted"] == len(refused), "the next run is fine when the fault is gone"


def test_a_foreign_key_refuses_behind_a_cascade(workspace):
    """A job's child would go with it, but a grandchild holds the child."""
    world, ids = old_jobs(10)
    world.write(workspace.database)
    workspace.execute("CREATE TABLE note (history_id INTEGER REFERENCES daemon_job_history (id))")
    held = [row["id"] for row in world.tables["daemon_job_history"].values() if row["job_id"] in (ids[2], ids[7])]
    workspace.execute("".join(f"INSERT INTO note VALUES ({row});" for row in held))
    check(workspace, world, [ids[2], ids[7]])


def test_set_null_lets_the_job_go(workspace):
    world, ids = old_jobs(10)
    world.write(workspace.database)
    workspace.execute("CREATE TABLE note (job_id TEXT REFERENCES job (id) ON DELETE SET NULL)")
    workspace.execute("".join(f"INSERT INTO note VALUES ('{job}');" for job in ids))
    assert workspace.run()["old_jobs_deleted"] == 10
    assert workspace.query("SELECT job_id FROM note") == [(None,)] * 10


def test_cascades_go_with_their_job_and_nothing_else_does(workspace):
    world, ids = old_jobs(6)
    kept = [world.history(world.job(now(), "completed", completed=DAY)) for _ in range(4)] + [world.history(None)]
    _, after = sweep(workspace, world)
    assert after["daemon_job_history"].keys() == set(kept)


def test_errors_are_capped_and_counts_are_whole(workspace):
    """1,300 refused rows stand before 50 that may go."""
    world, start = World(), now()
    refused = [world.job(start, "failed", completed=99 * DAY, id=f"a{n:05}") for n in range(1300)]
    for n in range(50):
        world.job(start, "failed", completed=40 * DAY, id=f"b{n:05}")
    world.write(workspace.database)
    workspace.execute("CREATE TABLE note (job_id TEXT REFERENCES job (id)); INSERT INTO note SELECT id FROM job WHERE id LIKE 'a%'")
    for report in (workspace.preview(), workspace.run()):
        assert (report["status"], report["old_jobs_deleted"]) == ("completed_with_errors", 50)
        assert len(report["errors"]) == reports.CAP and report["truncated"]
        assert len({error["job_id"] for error in report["errors"]}) == reports.CAP
    assert workspace.tables()["job"].keys() == set(refused)
