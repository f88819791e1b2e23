"""Brakes: an operation of which something is out of the ordinary is held until somebody approves it, and nothing else is."""

import json
import shutil
import sqlite3
import subprocess
from datetime import datetime, timedelta, timezone

import pytest

from support import schema

DAY = 86_400 * 1_000_000


def ago(**span):
    return (datetime.now(timezone.utc) - timedelta(**span)).strftime("%Y-%m-%d %H:%M:%S")


@pytest.fixture
def logs(workspace):
    """A table with a rule of its own."""
    workspace.database.touch()
    execute(workspace, "CREATE TABLE logs (id INTEGER PRIMARY KEY, at TEXT, level TEXT); CREATE INDEX ix_at ON logs (at);")
    workspace.configure({"preset": "none", "rules": [{"name": "logs", "table": "logs", "time": "at", "keep": "30d"}]})
    return workspace


def execute(workspace, script):
    connection = sqlite3.connect(workspace.database)
    connection.executescript(script)
    connection.close()


def add(workspace, count, age=None):
    connection = sqlite3.connect(workspace.database)
    at = age or ago(days=40)
    connection.executemany("INSERT INTO logs (at, level) VALUES (?, 'INFO')", [(at,)] * count)
    connection.commit()
    connection.close()


def count(workspace, table="logs"):
    connection = sqlite3.connect(workspace.database)
    try:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    finally:
        connection.close()


def move_history(workspace, microseconds):
    """What happened so far, happened so much earlier."""
    connection = sqlite3.connect(workspace.state / "jobsweep.db")
    connection.execute("UPDATE run SET started_at = started_at - ?, finished_at = finished_at - ?", (microseconds, microseconds))
    connection.commit()
    connection.close()


def usual(workspace, *counts, gap=DAY):
    """A run a day that deleted so many rows."""
    for rows in counts:
        add(workspace, rows)
        assert workspace.run()["rows_deleted"]["logs"] == rows
        move_history(workspace, gap)


def held(report):
    return [(one["operation"], one["reason"], one["eligible"], one["usual"]) for one in report["held"]]


def test_a_surge_is_held_previewed_shown_approved_once(logs):
    usual(logs, 50, 120, 80)
    add(logs, 1_500)
    preview = logs.preview()
    assert preview["rows_deleted"]["logs"] == 0 and preview["status"] == "completed_with_errors"
    # Counted no further than the limit.
    assert held(preview) == [("logs", "surge", 1_201, 120)]
    assert len(preview["samples"]["logs"]) == 5
    finished = logs.command("run", "--json").exits(3)
    assert held(finished.report) == held(preview) and finished.report["errors"] == [] and count(logs) == 1_500
    assert "jobsweep approve logs" in finished.report["held"][0]["message"]
    assert "held: over 1200 rows are due, and 120 were the most in a run of the last 30 days" in logs.command("preview").exits(3).out
    waiting = logs.command("approve").exits(0).out
    assert "logs is held: over 1200 rows" in waiting and "held since 20" in waiting and "jobsweep preview shows rows of it" in waiting
    assert "Approved, once: logs goes on in the next run" in logs.command("approve", "logs").exits(0).out
    # A look doesn't use it up.
    assert logs.preview()["rows_deleted"]["logs"] == 1_500
    assert logs.run()["rows_deleted"]["logs"] == 1_500 and count(logs) == 0
    assert "logs isn't held" in logs.command("approve", "logs").exits(0).out
    move_history(logs, DAY)
    add(logs, 20_000)
    assert [one[:2] for one in held(logs.command("run", "--json").exits(3).report)] == [("logs", "surge")]


def test_a_surge_is_held_where_no_run_found_anything(logs):
    """Those are a history too: something has made old rows of a million young ones."""
    add(logs, 20, age=ago(days=1))
    idle(logs)
    add(logs, 20_000)
    report = logs.command("run", "--json").exits(3).report
    assert held(report) == [("logs", "surge", 1_001, 0)] and count(logs) == 20_020
    assert "logs is held: over 1000 rows are due, and no run of the last 30 days found any" in report["held"][0]["message"]
    logs.command("approve", "logs").exits(0)
    assert logs.run()["rows_deleted"]["logs"] == 20_000
    # What was usual before was nothing, and is this now.
    add(logs, 30_000)
    assert logs.run()["rows_deleted"]["logs"] == 30_000


def post(serving, path, body, status):
    answer = serving.ask(path, method="POST", headers={"Content-Type": "application/json"}, body=json.dumps(body).encode())
    assert answer.status == status, answer.text
    return json.loads(answer.text)


def test_it_is_shown_and_approved_over_http(logs):
    usual(logs, 10, 10)
    add(logs, 1_500)
    serving = logs.serve()
    post(serving, "/api/jobs/run", {"job_type": "cleanup", "dry_run": False}, 202)
    serving.until(lambda e: e.get("jobsweep_operation_held", operation="logs") == 1, "it is held", seconds=60)
    status = json.loads(serving.ask("/api/status").text)
    assert [(one["operation"], one["reason"]) for one in status["held"]] == [("logs", "surge")]
    assert status["held"][0]["since"] == json.loads(serving.ask("/api/jobs").text)["jobs"][0]["started_at"]
    page = serving.ask("/").text
    assert "Held: over 1000 rows are due" in page and 'data-approve="logs"' in page
    post(serving, "/api/operations/nonsense/approve", {}, 404)
    assert post(serving, "/api/operations/logs/approve", {}, 200)["operation"] == "logs"
    by = {"kind": "token", "who": "token", "address": "127.0.0.1"}
    serving.until_said('was approved, once by="token from 127.0.0.1" operation=logs')
    job = post(serving, "/api/jobs/run", {"job_type": "cleanup"}, 202)["job_id"]
    serving.until(lambda e: e.get("jobsweep_rows_deleted_total", operation="logs") == 1_520, "it goes on", seconds=60)
    serving.until(lambda e: e.get("jobsweep_operation_held", operation="logs") == 0, "it isn't held any more", seconds=60)
    assert json.loads(serving.ask(f"/api/jobs/{job}").text)["result"]["approved"] == {"logs": by}, "the run's record says by whom"
    post(serving, "/api/operations/logs/approve", {}, 409)
    assert serving.stop() == 0


def test_what_is_switched_off_isn_t_held(logs):
    """Who decides against it has decided: no gauge, and so no alert, goes on for ever."""
    usual(logs, 10, 10)
    add(logs, 1_500)
    logs.command("run", "--json").exits(3)
    rule = {"name": "logs", "table": "logs", "time": "at", "keep": "30d"}
    for enabled, gauge in ((True, 1), (False, 0), (True, 1)):
        logs.configure({"preset": "none", "rules": [{**rule, "enabled": enabled}]})
        serving = logs.serve()
        assert serving.scrape().get("jobsweep_operation_held", operation="logs") == gauge
        assert len(json.loads(serving.ask("/api/status").text)["held"]) == gauge
        assert ("Held: over 1000 rows are due" in serving.ask("/").text) == enabled
        assert serving.stop() == 0


def first_runs(logs):
    """A neglected database is large."""
    add(logs, 5_000)


def long_pause(logs):
    """Fifteen days off, with a run a day before: fifteen times as much is due."""
    usual(logs, 150, 150, 150)
    move_history(logs, 15 * DAY)
    add(logs, 15 * 150)


def idle(logs, runs=10, gap=DAY):
    """Runs that found nothing."""
    for _ in range(runs):
        assert logs.run()["rows_deleted"]["logs"] == 0
        move_history(logs, gap)


def empty_table(logs):
    """A few runs that found nothing say nothing of what is usual."""
    idle(logs, 3)
    add(logs, 4_000)


def first_rows(logs):
    """A young table's first rows are due."""
    idle(logs)
    add(logs, 1_000)


def first_rows_after_a_pause(logs):
    idle(logs)
    move_history(logs, 5 * DAY)
    add(logs, 5_000)


def grown(logs):
    usual(logs, 100, 250, 600)
    add(logs, 2_000)


def many_failures(logs):
    usual(logs, 300, 280, 310)
    add(logs, 2_900)


def few_rows(logs):
    usual(logs, 1, 2, 1)
    add(logs, 1_000)


def new_index(logs):
    usual(logs, 10)
    execute(logs, "CREATE INDEX ix_level ON logs (level);")
    add(logs, 20)


def new_column(logs):
    usual(logs, 10)
    execute(logs, "ALTER TABLE logs ADD COLUMN note TEXT;")
    add(logs, 20)


def new_table(logs):
    """It refers to the rows, but doesn't go with them."""
    usual(logs, 10)
    execute(logs, "CREATE TABLE marks (id INTEGER PRIMARY KEY, log_id INTEGER REFERENCES logs (id) ON DELETE SET NULL);")
    add(logs, 20)


def young_rows(logs):
    usual(logs, 10, 10)
    add(logs, 5_000, age=ago(days=1))
    add(logs, 20)


def restored_backup(logs):
    """Of yesterday: what was deleted since is due again."""
    usual(logs, 400, 380, 390)
    add(logs, 800)


def daylight_saving(logs):
    """An hour more or less between two runs."""
    usual(logs, 200, 200, gap=23 * DAY // 24)
    add(logs, 200)


def suspended(logs):
    """For five days: the clock of the wall and that of the boot went on together."""
    usual(logs, 150, 150)
    state = sqlite3.connect(logs.state / "jobsweep.db")
    with state:
        (look,) = state.execute("SELECT value FROM fact WHERE name = 'clock'").fetchone()
        look = {key: value - 5 * DAY if key.endswith("Microseconds") else value for key, value in json.loads(look).items()}
        state.execute("UPDATE fact SET value = ? WHERE name = 'clock'", (json.dumps(look),))
    state.close()
    move_history(logs, 5 * DAY)
    add(logs, 5 * 150)


def restored_state(logs):
    """The state is yesterday's again, and the database is not."""
    usual(logs, 100, 100)
    shutil.copytree(logs.state, logs.folder / "backup")
    usual(logs, 100)
    shutil.rmtree(logs.state)
    shutil.copytree(logs.folder / "backup", logs.state)
    add(logs, 200)


ORDINARY = (
    first_runs, long_pause, empty_table, first_rows, first_rows_after_a_pause, grown, many_failures, few_rows, new_index, new_column, new_table, young_rows, restored_backup, restored_state,
    daylight_saving, suspended,
)  # fmt: skip


@pytest.mark.parametrize("case", ORDINARY, ids=lambda case: case.__name__)
def test_what_is_ordinary_isn_t_held(logs, case):
    """No brake at all: neither the surge's nor the schema's, nor that of the clock, nor that of the disk."""
    case(logs)
    due = count(logs) if case is not young_rows else 20
    finished = logs.command("run", "--json").exits(0)
    report = finished.report
    assert report["held"] == [] and report["rows_deleted"]["logs"] == due, report
    assert report["status"] == "completed" and report["errors"] == [] and "little room" not in finished.err


#: What was done to the schema, and what is said of it.
CHANGES = {
    "a cascade": ("CREATE TABLE lines (id INTEGER PRIMARY KEY, log_id INTEGER REFERENCES logs (id) ON DELETE CASCADE);", "rows of lines.log_id would now go with its own"),
    "a trigger": ("CREATE TRIGGER gone AFTER DELETE ON logs BEGIN DELETE FROM logs WHERE id = old.id + 1; END;", "trigger gone is new"),
    "another type": (
        "ALTER TABLE logs RENAME TO before; CREATE TABLE logs (id INTEGER PRIMARY KEY, at INTEGER, level TEXT); DROP TABLE before;",
        "logs.at was of type TEXT and is of type INTEGER",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_schema_is_held(logs, name):
    script, words = CHANGES[name]
    usual(logs, 10)
    execute(logs, script)
    add(logs, 30)
    report = logs.command("run", "--json").exits(3).report
    assert held(report) == [("logs", "schema", 30, 10)] and words in report["held"][0]["message"]
    assert len(logs.preview()["samples"]["logs"]) == 5, "rows to decide by"
    assert count(logs) == 30
    logs.command("approve", "logs").exits(0)
    assert logs.command("run", "--json").exits(0).report["held"] == []
    add(logs, 5)
    assert logs.command("run", "--json").exits(0).report["held"] == []


def test_a_trigger_that_does_something_else_is_held(logs):
    keep = "CREATE TRIGGER kept AFTER DELETE ON logs BEGIN INSERT INTO other VALUES (old.id); END;"
    execute(logs, "CREATE TABLE other (id INT);" + keep)
    usual(logs, 10, 10)
    execute(logs, "DROP TRIGGER kept;" + keep)
    usual(logs, 10)
    execute(logs, "DROP TRIGGER kept;" + keep.replace("INSERT INTO other VALUES (old.id)", "DELETE FROM logs WHERE id > old.id"))
    add(logs, 30)
    report = logs.command("run", "--json").exits(3).report
    assert held(report) == [("logs", "schema", 30, 10)] and "trigger kept does something else now" in report["held"][0]["message"]
    assert count(logs) == 30


@pytest.mark.parametrize(("script", "words"), [
    ("CREATE TABLE words (id INTEGER PRIMARY KEY, line INT REFERENCES lines ON DELETE CASCADE)", "rows of words.line would now go along"),
    ("CREATE TRIGGER mine AFTER DELETE ON lines BEGIN DELETE FROM other; END", "trigger mine of lines is new"),
    ("CREATE TRIGGER mine AFTER DELETE ON notes BEGIN DELETE FROM other; END", "trigger mine of notes is new"),
])
def test_a_change_of_what_goes_along_is_held(logs, script, words):
    execute(logs, """CREATE TABLE lines (id INTEGER PRIMARY KEY, log INT REFERENCES logs ON DELETE CASCADE); CREATE TABLE other (id INT);
        CREATE TABLE notes (id INTEGER PRIMARY KEY, log INT);""")
    rule = {"name": "logs", "table": "logs", "time": "at", "keep": "30d"}
    logs.configure({"preset": "none", "rules": [rule]})
    usual(logs, 10)
    # What the configuration changes, somebody wanted.
    logs.configure({"preset": "none", "rules": [rule | {"dependents": [{"table": "notes", "column": "log"}]}]})
    usual(logs, 10)
    execute(logs, script + ";")
    add(logs, 30)
    report = logs.command("run", "--json").exits(3).report
    assert held(report) == [("logs", "schema", 30, 10)] and words in report["held"][0]["message"] and count(logs) == 30
    logs.command("approve", "logs").exits(0)
    assert logs.command("run", "--json").exits(0).report["held"] == [] and count(logs) == 0


def test_half_of_all_active_jobs_at_once_are_too_many(workspace):
    schema.create(workspace.database, "wal")
    job = (
        "INSERT INTO job (id, type, status, progress, created_at, started_at, completed_at, updated_at) VALUES"
        " ('{id}', 'sync', '{status}', 0, '{at}', '{at}', {ended}, '{at}')"
    )

    def jobs(prefix, number, at):
        workspace.execute(";".join(job.format(id=f"{prefix}{n}", status="running", at=at, ended="NULL") for n in range(number)))

    jobs("first", 30, ago(days=1))
    assert workspace.run()["cleaned_jobs"] == 30
    # Fewer than twenty may be all there are.
    jobs("few", 19, ago(days=1))
    assert workspace.run()["cleaned_jobs"] == 19
    jobs("fresh", 25, ago(minutes=1))
    jobs("dead", 24, ago(days=1))
    assert workspace.run()["cleaned_jobs"] == 24
    jobs("more", 26, ago(days=1))
    finished = workspace.command("run", "--json").exits(3)
    assert held(finished.report) == [("stale_jobs", "share", 26, 51)] and finished.report["cleaned_jobs"] == 0
    workspace.command("approve", "stale_jobs").exits(0)
    assert workspace.run()["cleaned_jobs"] == 26


def test_half_of_all_active_jobs_after_runs_that_found_nothing(workspace):
    schema.create(workspace.database, "wal")
    assert workspace.run()["cleaned_jobs"] == 0
    job = "INSERT INTO job (id, type, status, progress, created_at, started_at, updated_at) VALUES ('{id}', 'sync', 'running', 0, '{at}', '{at}', '{at}')"
    for number in range(40):
        workspace.execute(job.format(id=number, at=ago(days=1) if number < 36 else ago(minutes=1)))
    finished = workspace.command("run", "--json").exits(3)
    assert held(finished.report) == [("stale_jobs", "share", 36, 40)] and finished.report["cleaned_jobs"] == 0
    assert len(workspace.preview()["samples"]["stale_jobs"]) == 5, "rows to decide by"


def test_two_runs_close_together_say_nothing_of_a_day(logs):
    for rows in (100, 100):
        add(logs, rows)
        assert logs.run()["rows_deleted"]["logs"] == rows
    move_history(logs, DAY)
    add(logs, 2_500)
    assert held(logs.command("run", "--json").exits(3).report) == [("logs", "surge", 2_001, 100)]


def test_the_brake_can_be_set_and_let_go(logs):
    usual(logs, 100, 100)
    add(logs, 1_500)
    assert held(logs.command("preview", "--json").exits(3).report)
    for surge, due in ((2, True), (20, False), ("none", False)):
        logs.configure({"preset": "none", "limits": {"surge": surge}, "rules": [{"name": "logs", "table": "logs", "time": "at", "keep": "30d"}]})
        assert bool(held(logs.command("preview", "--json").report)) == due


def test_a_run_takes_no_more_rows_than_it_may(logs):
    logs.configure({"preset": "none", "limits": {"max_rows": 700}, "rules": [{"name": "logs", "table": "logs", "time": "at", "keep": "30d"}]})
    add(logs, 2_000)
    assert logs.preview()["rows_deleted"]["logs"] == 700
    assert [logs.run()["rows_deleted"]["logs"] for _ in range(4)] == [700, 700, 600, 0]


def test_with_little_room_on_the_disk_a_run_makes_do_with_small_batches(logs, tmp_path):
    """On a file system with less than 64 MB free."""
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", small], capture_output=True).returncode:
        pytest.skip("only root may mount a file system")
    try:
        logs.database = small / "app.db"
        execute(logs, "CREATE TABLE logs (id INTEGER PRIMARY KEY, at TEXT, level TEXT); CREATE INDEX ix_at ON logs (at); PRAGMA journal_mode = wal;")
        add(logs, 3_000)
        finished = logs.command("run").exits(0)
        assert "Little room: " in finished.out and "are free on the disk of the database, so batches were small" in finished.out
        assert "there is little room on a disk" in finished.err
        assert count(logs) == 0
    finally:
        subprocess.run(["umount", small], check=True)
    logs.database = tmp_path / "app.db"
    assert "Little room" not in logs.command("run").out
