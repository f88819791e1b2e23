"""Jobs whose deletion takes others along: none that is active goes, every row that goes is counted, and preview equals run."""

from datetime import timedelta

import pytest

from support import schema
from support.agreement import agree
from support.timestamps import now
from support.world import World

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def family(workspace, action="CASCADE", journal="wal"):
    """The jobs' table with a parent, as the application of section 6 might grow one."""
    ddl = schema.DDL.replace("status TEXT, progress", f"status TEXT, parent_job_id TEXT REFERENCES job (id) ON DELETE {action}, progress", 1)
    connection = schema.connect(workspace.database)
    connection.execute(f"PRAGMA journal_mode = {journal}")
    connection.executescript(ddl)
    connection.close()


def add(workspace, job, status="completed", age=40 * DAY, parent=None):
    world = World()
    world.job(now(), status, age=age, completed=None if status in ("running", "pending") else age, heartbeat=HOUR / 60 if status == "running" else age, id=job)
    world.insert(workspace.database)
    if parent:
        workspace.execute(f"UPDATE job SET parent_job_id = '{parent}' WHERE id = '{job}'")


def test_a_job_that_would_take_a_running_child_along_is_kept(workspace):
    """0.1.0: preview said 2, three rows went, among them the running one, which nobody reported."""
    family(workspace)
    add(workspace, "alone")
    add(workspace, "parent")
    add(workspace, "child", "running", parent="parent")
    report, gone = agree(workspace)
    assert gone["job"] == {"alone"} and report["skipped"]["referenced"] == 1
    assert report["dependents_deleted"].get("old_jobs", 0) == 0


def test_an_active_grandchild_keeps_both_of_its_elders(workspace):
    family(workspace)
    add(workspace, "old")
    add(workspace, "middle", parent="old")
    add(workspace, "active", "pending", age=HOUR / 60, parent="middle")
    report, gone = agree(workspace)
    assert gone["job"] == set() and report["skipped"]["referenced"] == 2


def test_young_children_go_with_their_parent_and_are_counted(workspace):
    family(workspace)
    add(workspace, "parent")
    for number in range(5):
        add(workspace, f"young-{number}", age=DAY, parent="parent")
    report, gone = agree(workspace)
    assert len(gone["job"]) == 6
    assert (report["old_jobs_deleted"], report["rows_deleted"]["old_jobs"], report["dependents_deleted"]["old_jobs"]) == (1, 1, 5)


def test_old_children_are_counted_once(workspace):
    """Each of them is due by itself as well: in the sum nothing is counted twice."""
    family(workspace)
    add(workspace, "parent")
    for number in range(300):
        add(workspace, f"child-{number:03}", age=(35 + number % 20) * DAY, parent="parent")
    report, gone = agree(workspace)
    assert len(gone["job"]) == 301


def test_a_parent_may_not_go_before_its_children(workspace):
    """RESTRICT, with children that are due as well, half of them after their parents. 0.1.0: preview counts each parent as an error."""
    family(workspace, "RESTRICT")
    for number in range(15):
        add(workspace, f"parent-{number:03}", age=60 * DAY)
        add(workspace, f"child-{number:03}", age=(40 if number % 2 else 80) * DAY, parent=f"parent-{number:03}")
    agree(workspace, codes=("completed", "completed_with_errors"))


@pytest.mark.parametrize("journal", schema.JOURNALS)
def test_rows_of_other_tables_that_go_along_are_counted(workspace, journal):
    world, start = World(), now()
    for number in range(20):
        job = world.job(start, "completed", completed=40 * DAY)
        for _ in range(3):
            world.history(job)
    world.write(workspace.database, journal)
    report, gone = agree(workspace, dependents=("daemon_job_history",))
    assert (report["rows_deleted"]["old_jobs"], report["dependents_deleted"]["old_jobs"]) == (20, 60)


MIDDLE = """
CREATE TABLE step (id INTEGER PRIMARY KEY, job_id TEXT REFERENCES job (id) ON DELETE CASCADE);
CREATE TABLE line (id INTEGER PRIMARY KEY, step_id INTEGER REFERENCES step (id) ON DELETE CASCADE);
"""


def test_a_cascade_through_a_middle_table(workspace):
    world, start = World(), now()
    jobs = [world.job(start, "completed", completed=40 * DAY) for _ in range(4)]
    world.write(workspace.database)
    workspace.execute(MIDDLE)
    for number, job in enumerate(jobs[:3]):
        workspace.execute(f"INSERT INTO step VALUES ({number}, '{job}'); INSERT INTO line (step_id) VALUES ({number}), ({number})")
    report, gone = agree(workspace, dependents=("step", "line"))
    assert len(gone["step"]) == 3 and len(gone["line"]) == 6 and report["dependents_deleted"]["old_jobs"] == 9


def test_a_middle_table_that_leads_to_an_active_job(workspace):
    family(workspace, "SET NULL")
    add(workspace, "old")
    add(workspace, "active", "running", age=HOUR / 60)
    workspace.execute(
        "CREATE TABLE link (id INTEGER PRIMARY KEY, job_id TEXT REFERENCES job (id) ON DELETE CASCADE);"
        "INSERT INTO link VALUES (1, 'old');"
        "ALTER TABLE job ADD COLUMN link_id INTEGER REFERENCES link (id) ON DELETE CASCADE;"
        "UPDATE job SET link_id = 1 WHERE id = 'active'"
    )
    report, gone = agree(workspace, dependents=("link",))
    assert gone["job"] == set() and report["skipped"]["referenced"] == 1


def test_a_trigger_that_deletes_more(workspace):
    world, start = World(), now()
    jobs = [world.job(start, "completed", completed=(40 + number) * DAY) for number in range(4)]
    world.write(workspace.database)
    workspace.execute(f"CREATE TRIGGER more AFTER DELETE ON job WHEN old.id = '{jobs[3]}' BEGIN DELETE FROM job WHERE id = '{jobs[0]}'; END")
    report, gone = agree(workspace, codes=("completed", "completed_with_errors"))
    assert gone["job"] == set(jobs)
