"""What a run takes away is kept, and `restore` brings it back to the bit."""

import fcntl
import json
import os
import random
import re
import signal
import sqlite3
import time

import pytest

from support import schema
from support.bulk import bulk
from support.disks import small_disk
from support.exact import of_sqlite as bits
from support.faults import work_for_all
from support.sweeping import DAY
from support.timestamps import now
from support.waiting import eventually
from support.workspace import Workspace
from support.world import World

JSON = {"Content-Type": "application/json"}

#: One of each storage class, at its ends and where text is no text.
ODD = [
    "NULL", "0", "9223372036854775807", "-9223372036854775808", "-0.0", "9e999", "5e-324", "3.0", "''", "x''", "x'00FF'", "'12'",
    "CAST(x'610062' AS TEXT)", "CAST(x'73E9' AS TEXT)", "'\U0001F9F9'", "zeroblob(70000)",
]  # fmt: skip


def archive_of(workspace, report):
    path = workspace.state / "archive" / f"{report['run_id']}.rows"
    assert report["archive"] == str(path)
    return path


def restore(workspace, run, *arguments, code=0):
    return json.loads(workspace.command("restore", run, "--json", *arguments).exits(code).out)


def odd_world(workspace):
    world, start = work_for_all(), now()
    for number in range(len(ODD)):
        world.download(start, 20 * DAY, id=1000 + number)
    world.write(workspace.database)
    for number, value in enumerate(ODD):
        workspace.execute(f"UPDATE handled_downloads SET download_name = {value}, job_id = {value} WHERE id = {1000 + number}")
        workspace.execute(f"UPDATE job SET result = {value} WHERE status = 'completed'")
    return world


def test_everything_comes_back_and_a_second_time_nothing_happens(workspace, journal):
    odd_world(workspace)
    workspace.execute(f"PRAGMA journal_mode = {journal}")
    before = bits(workspace)
    report = workspace.run()
    path = archive_of(workspace, report)
    assert path.stat().st_mode & 0o7777 == 0o600 and path.parent.stat().st_mode & 0o077 == 0
    after = bits(workspace)
    assert after != before
    foreseen = restore(workspace, report["run_id"], "--dry-run")
    assert bits(workspace) == after and foreseen["dry_run"]
    done = restore(workspace, report["run_id"])
    assert done["status"] == "completed" and done["rows_restored"] == foreseen["rows_restored"]
    assert done["rows_restored"] == {
        "stale_jobs": 1, "old_jobs": 1 + 1, "old_downloads": 1 + len(ODD), "stuck_plans": 1,
    }  # fmt: skip
    assert set(done["rows_not_restored"].values()) == {0} and done["errors"] == []
    assert done["taken_again_from"].keys() == done["rows_restored"].keys()
    assert bits(workspace) == before
    again = restore(workspace, report["run_id"])
    assert again["rows_restored"] == {} and again["rows_present"] == done["rows_restored"]
    assert bits(workspace) == before
    assert workspace.run()["old_downloads_deleted"] == report["old_downloads_deleted"], "the rows are as old as they were"


def test_rows_that_refer_to_each_other_come_back_together(workspace):
    """As Prefect's: a state belongs to its run, and the run names its last state; what stays had its column emptied by the database."""
    execute = sqlite3.connect(workspace.database)
    execute.executescript("""
        PRAGMA journal_mode = wal;
        CREATE TABLE runs (id INTEGER PRIMARY KEY, at TEXT, state INTEGER REFERENCES states ON DELETE SET NULL,
            before INTEGER REFERENCES runs ON DELETE SET NULL);
        CREATE TABLE states (id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE);
        CREATE INDEX at ON runs (at);
        WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 299)
            INSERT INTO runs SELECT i, iif(i % 3, '2020-01-01 00:00:00', '2999-01-01 00:00:00'), 2 * i, (i + 1) % 300 FROM n;
        INSERT INTO states SELECT 2 * id, id FROM runs UNION ALL SELECT 2 * id + 1, id FROM runs;
    """)
    execute.close()
    workspace.configure({"preset": "none", "rules": [{"name": "runs", "table": "runs", "time": "at", "keep": "30d"}]})
    before = bits(workspace)
    run = workspace.run()
    assert run["rows_deleted"]["runs"] == 200 and workspace.query("SELECT count(*), count(before) FROM runs") == [(100, 0)]
    # Two hundred runs with two states each, and what a hundred others had named.
    assert restore(workspace, run["run_id"])["rows_restored"] == {"runs": 200 * 3 + 100}
    assert bits(workspace) == before
    assert restore(workspace, run["run_id"])["rows_present"] == {"runs": 200 * 3 + 100} and bits(workspace) == before


def test_only_what_was_asked_for_and_out_of_reach_for_a_while(workspace):
    work_for_all().write(workspace.database)
    before = bits(workspace)
    run = workspace.run()["run_id"]
    workspace.configure({"operations": {"old_jobs": {"enabled": False}}})
    foreseen = restore(workspace, run, "--dry-run")
    assert foreseen["rows_restored"]["old_jobs"] == 2 and set(foreseen["taken_again_from"]) == {"stale_jobs", "old_downloads", "stuck_plans"}
    workspace.configure({})
    assert restore(workspace, run, "--only", "old_downloads", "--hold", "7d")["rows_restored"] == {"old_downloads": 1}
    done = restore(workspace, run, "--hold", "1h")
    assert set(done["taken_again_from"]) == {"stale_jobs", "old_jobs", "stuck_plans"}
    assert all(time == done["held_until"] for time in done["taken_again_from"].values())
    assert bits(workspace) == before
    report = workspace.run()
    assert [report[name] for name in ("cleaned_jobs", "old_jobs_deleted", "old_downloads_deleted", "stuck_plans_updated")] == [0] * 4
    assert report["archive"] is None and bits(workspace) == before
    preview = workspace.preview()
    assert preview["old_jobs_deleted"] == 0


def end_of_a_unit(archive):
    """Where the content of the first piece begins that says what a transaction deleted."""
    place = archive.index(b"\n") + 1
    while archive[place] != ord("e"):
        place += 14 + int.from_bytes(archive[place + 6 : place + 10], "little")
    return place + 14


@pytest.mark.parametrize("damage", ["a bit", "half of it"])
@pytest.mark.parametrize("arguments", [["--dry-run"], []], ids=["dry", "real"])
def test_a_damaged_archive_is_told_and_left_as_it_is(workspace, damage, arguments):
    """Be it where the file says what went, or where it was cut off: what can be read comes back, and nobody believes that this is all."""
    bulk(3_000).world.write(workspace.database)
    run = workspace.run()["run_id"]
    archive = workspace.state / "archive" / f"{run}.rows"
    content = bytearray(archive.read_bytes())
    if damage == "a bit":
        content[end_of_a_unit(content)] ^= 4
    else:
        del content[len(content) // 2 :]
    archive.write_bytes(content)
    for _ in range(2):
        report = workspace.command("restore", run, "--json", *arguments).exits(1).report
        assert report["status"] == "failed" and "damaged" in report["error"], report
        assert archive.read_bytes() == content


def test_what_is_back_already_is_held_too(workspace):
    """Put back without a hold, or by a restore that was killed before it was noted: the next one holds it all the same."""
    work_for_all().write(workspace.database)
    run = workspace.run()["run_id"]
    restore(workspace, run)
    assert restore(workspace, run, "--hold", "7d")["rows_restored"] == {}
    before = bits(workspace)
    report = workspace.run()
    assert report["old_jobs_deleted"] == 0 and report["archive"] is None and bits(workspace) == before


def test_what_went_along_is_out_of_reach_of_every_rule(workspace):
    workspace.database.touch()
    workspace.execute("CREATE TABLE logs (id INTEGER PRIMARY KEY, at TEXT)")
    workspace.execute("CREATE TABLE lines (id INTEGER PRIMARY KEY, at TEXT, log INT REFERENCES logs ON DELETE CASCADE)")
    workspace.execute("INSERT INTO logs VALUES (1, '2020-01-01'), (2, '2999-01-01')")
    workspace.execute("INSERT INTO lines VALUES (10, '2020-01-01', 1), (11, '2020-01-01', 1), (20, '2020-01-01', 2)")
    rules = [{"name": name, "table": name, "time": "at", "keep": "30d"} for name in ("logs", "lines")]
    workspace.configure({"preset": "none", "rules": rules})
    run = workspace.run()
    assert run["rows_deleted"] == {"logs": 1, "lines": 1} and run["dependents_deleted"]["logs"] == 2
    # Where nobody would remember that they are held back, the next run would take them again.
    state = workspace.state / "jobsweep.db"
    state.rename(workspace.folder / "aside")
    state.mkdir()
    assert "rows can't be held back" in workspace.command("restore", run["run_id"], "--hold", "7d").exits(1).said
    assert workspace.query("SELECT count(*) FROM lines") == [(0,)]
    state.rmdir()
    (workspace.folder / "aside").rename(state)
    assert restore(workspace, run["run_id"], "--only", "logs", "--hold", "7d")["rows_restored"] == {"logs": 3}
    for report in (workspace.preview(), workspace.run()):
        assert report["rows_deleted"] == {"logs": 0, "lines": 0}, report
    assert workspace.query("SELECT id FROM lines ORDER BY id") == [(10,), (11,)]


def test_what_the_configuration_has_forgotten_by_now_can_be_chosen_too(workspace):
    work_for_all().write(workspace.database)
    rule = {"name": "mine", "table": "analysis_plan", "time": "created_at", "keep": "1d"}
    workspace.execute("INSERT INTO analysis_plan (id, created_at) VALUES (900, '2020-01-01 00:00:00')")
    workspace.configure({"rules": [rule]})
    before = bits(workspace)
    run = workspace.run()["run_id"]
    workspace.configure({"schedule": {"every": "24h", "first_run_after": "12h"}})
    assert "'his' is no operation" in workspace.command("restore", run, "--only", "his").exits(2).err
    count = restore(workspace, run, "--only", "mine", "--dry-run")["rows_restored"]["mine"]
    serving = workspace.serve()
    job = json.loads(serving.ask(f"/api/jobs/{run}/restore", "POST", headers=JSON, body='{"operations": ["mine"]}').body)["job_id"]
    done = eventually(lambda: (shown := json.loads(serving.ask(f"/api/jobs/{job}").body))["completed_at"] and shown, "the restore is over")
    assert done["result"]["rows_restored"] == {"mine": count}
    assert restore(workspace, run)["status"] == "completed" and bits(workspace) == before


def test_what_is_in_the_way_is_told_and_left(workspace):
    world = work_for_all()
    world.write(workspace.database)
    (old,) = [job["id"] for job in world.jobs.values() if job["status"] == "completed"][1:]
    run = workspace.run()["run_id"]
    workspace.execute(f"INSERT INTO job (id, status) VALUES ('{old}', 'pending')")
    workspace.execute("UPDATE job SET error = 'mine' WHERE status = 'failed'")
    done = restore(workspace, run, code=3)
    assert done["status"] == "completed_with_errors"
    # What belonged to the old job doesn't come back beneath the new one.
    assert {(error["operation"], error["reason"]) for error in done["errors"]} == {("old_jobs", "taken"), ("old_jobs", "orphan"), ("stale_jobs", "changed")}
    assert workspace.query("SELECT status FROM job WHERE id = ?", old) == [("pending",)]


@pytest.mark.parametrize(("arguments", "code", "words"), [
    (["nothing"], 1, "no archive of run nothing"), (["../state"], 1, "no archive"), (["x", "--hold", "soon"], 2, "--hold"),
    (["x", "--only", "old_jbos"], 2, "old_jbos"), ([], 2, "run"),
])
def test_wrong_words(workspace, arguments, code, words):
    work_for_all().write(workspace.database)
    said = workspace.command("restore", *arguments)
    assert said.code == code and words in said.said


def test_no_archive_where_it_is_switched_off_and_none_of_a_preview(workspace):
    work_for_all().write(workspace.database)
    workspace.preview()
    workspace.configure({"archive": {"enabled": False}})
    assert workspace.run()["archive"] is None
    assert not (workspace.state / "archive").exists()


def test_the_oldest_go_first_and_what_is_too_old_goes(workspace):
    world, start = World(), now()
    for number in range(400):
        world.download(start, 20 * DAY, id=number)
    world.write(workspace.database)
    workspace.execute("UPDATE handled_downloads SET download_name = hex(randomblob(3000))")
    workspace.configure({"archive": {"max_size": "1MiB"}})
    saved = workspace.query("SELECT * FROM handled_downloads")
    runs = []
    for part in range(4):
        workspace.execute("DELETE FROM handled_downloads")
        connection = schema.connect(workspace.database)
        schema.insert(connection, "handled_downloads", [dict(zip(schema.DOWNLOAD, row)) for row in saved[part * 100 : part * 100 + 100]])
        connection.close()
        runs.append(workspace.run()["run_id"])
    kept = {path.stem for path in (workspace.state / "archive").iterdir()}
    assert kept < set(runs) and runs[-1] in kept and runs[0] not in kept
    assert sum(path.stat().st_size for path in (workspace.state / "archive").iterdir()) <= 2**20


def test_a_database_that_was_moved(workspace):
    """Under its new name it is another one, until somebody says that it isn't."""
    work_for_all().write(workspace.database)
    before, old = bits(workspace), workspace.database
    run = workspace.run()["run_id"]
    workspace.database = workspace.folder / "moved.db"
    old.rename(workspace.database)
    said = workspace.command("restore", run).exits(1).err
    assert f"another database: {old}. If that is this one" in said and f"restore {run} --taken-from '{old}'" in said
    assert f"from {old}, and not from there" in workspace.command("restore", run, "--taken-from", "/else.db").exits(1).err
    old.touch()
    assert f"from {old}, and there still is" in workspace.command("restore", run, "--taken-from", old).exits(1).err
    old.unlink()
    old.symlink_to(workspace.database)
    workspace.execute("ALTER TABLE analysis_plan RENAME TO plans")
    wrong = restore(workspace, run, "--taken-from", old, code=1)
    assert "isn't the database" in wrong["error"] and "there is no table analysis_plan here" in wrong["error"] and wrong["rows_restored"] == {}
    workspace.execute("ALTER TABLE plans RENAME TO analysis_plan")
    assert sum(restore(workspace, run, "--taken-from", old)["rows_restored"].values()) > 0
    assert bits(workspace) == before


def test_archives_of_databases_that_nobody_looks_after_any_more(workspace):
    """They go when their own sidecar's time for them is over, and no earlier."""
    work_for_all().write(workspace.database)
    path = archive_of(workspace, workspace.run())
    other = Workspace(workspace.folder / "other", workspace.jobsweep)
    other.state = workspace.state
    work_for_all().write(other.database)
    other.configure({"archive": {"keep": "1h"}})
    mine = archive_of(other, other.run())
    state = sqlite3.connect(workspace.state / "jobsweep.db")
    assert dict(state.execute("SELECT database, value FROM fact WHERE name = 'archive_keep'")) == {
        str(workspace.database): str(7 * 86_400 * 10**6), str(other.database): str(3_600 * 10**6),
    }  # fmt: skip
    os.utime(path, (0, 0))
    other.run()
    assert path.exists()
    with state:
        state.execute("UPDATE fact SET value = '1' WHERE name = 'archive_keep' AND database = ?", (str(workspace.database),))
    state.close()
    other.run()
    assert not path.exists() and mine.exists()


@pytest.mark.parametrize("when_full", ["continue", "stop"])
def test_an_archive_that_is_full(workspace, when_full):
    world, start = World(), now()
    for number in range(600):
        world.download(start, 20 * DAY, id=number)
    world.write(workspace.database)
    workspace.execute("UPDATE handled_downloads SET download_name = hex(randomblob(3000))")
    schedule = {"every": "24h", "first_run_after": "12h"}
    workspace.configure({"archive": {"max_size": "1MiB", "when_full": when_full}, "schedule": schedule})
    done = workspace.command("run", "--json")
    report = json.loads(done.out)
    assert "archive.max_size" in report["errors"][-1]["error"] or "archive.max_size" in report["errors"][0]["error"]
    left = workspace.query("SELECT count(*) FROM handled_downloads")[0][0]
    restored = restore(workspace, report["run_id"])["rows_restored"]["old_downloads"]
    if when_full == "continue":
        assert done.code == 3 and left == 0 and 0 < restored < 600
    else:
        assert done.code == 1 and 0 < left < 600 and restored == 600 - left
    # What wasn't kept and went all the same, for an alert.
    lost = 600 - left - restored
    assert (lost > 0) == (when_full == "continue")
    assert workspace.serve().scrape().get("jobsweep_last_run_unarchived_rows") == lost


def test_a_disk_that_is_full_for_the_archive(workspace):
    world, start = World(), now()
    for number in range(300):
        world.download(start, 20 * DAY, id=number)
    world.write(workspace.database)
    workspace.execute("UPDATE handled_downloads SET download_name = hex(randomblob(30000))")
    with small_disk(workspace.folder / "small", "4m") as disk:
        workspace.state = disk / "state"
        report = json.loads(workspace.command("run", "--json").exits(3).out)
        assert report["old_downloads_deleted"] == 300
        assert any("can't be put back" in error["error"] and "disk" in error["error"] for error in report["errors"])
        assert workspace.run()["status"] == "completed", "the next run is fine"


#: With JOBSWEEP_KILLS=200 about so many processes are killed in each of the two, run and restore; -rP prints how many met their end by it.
KILLS = int(os.environ.get("JOBSWEEP_KILLS", 24))


@pytest.mark.parametrize("seed", range(KILLS // 4))
def test_killed_at_any_moment(workspace, seed):
    """Killed over and over in run and restore: in the end everything is as it was."""
    chance = random.Random(seed)
    bulk(600, stale=40).world.write(workspace.database)
    before = bits(workspace)
    killed = {"run": 0, "restore": 0}

    def kill(*arguments):
        started = workspace.start(*arguments)
        time.sleep(chance.random() * 0.6)
        started.kill()
        killed[arguments[0]] += started.finish().code < 0

    for _ in range(4):
        kill("run", "--json")
    workspace.run()
    assert bits(workspace) != before
    runs = sorted((workspace.state / "archive").iterdir(), key=os.path.getmtime, reverse=True)
    for path in runs:
        for _ in range(3):
            kill("restore", path.stem)
        assert workspace.command("restore", path.stem, "--json").code in (0, 3)
    # What a later run found had been put back by then.
    for path in reversed(runs):
        workspace.command("restore", path.stem, "--json")
    print("killed:", killed, "archives:", len(runs))
    assert bits(workspace) == before


@pytest.mark.parametrize("seed", range(KILLS // 12))
def test_what_the_application_deletes_after_a_kill_stays_away(workspace, seed):
    """Rows are in the archive before they are deleted. Those that the run then didn't delete don't come back once the application has."""
    chance = random.Random(seed)
    world, start = World(), now()
    for number in range(3_000):
        world.download(start, 20 * DAY, id=number)
    world.write(workspace.database)

    def ids():
        return {number for (number,) in workspace.query("SELECT id FROM handled_downloads")}

    started = workspace.start("run", "--json")
    enough = chance.randrange(1, 2_500)
    eventually(lambda: len(ids()) <= 3_000 - enough, "the run deletes", seconds=120)
    started.kill()
    started.finish()
    left = ids()
    gone = set(chance.sample(sorted(left), len(left) // 2))
    workspace.execute(f"DELETE FROM handled_downloads WHERE id IN ({','.join(map(str, gone)) or 'NULL'})")
    (path,) = (workspace.state / "archive").iterdir()
    if seed % 2:
        # What the next run finds out is what a restore goes by.
        workspace.run("--only", "old_jobs")
    assert restore(workspace, path.stem, "--dry-run")["rows_restored"] == {"old_downloads": 3_000 - len(left)}
    assert restore(workspace, path.stem)["rows_restored"] == {"old_downloads": 3_000 - len(left)}
    assert ids() == set(range(3_000)) - gone
    assert restore(workspace, path.stem)["rows_restored"] == {} and ids() == set(range(3_000)) - gone


def test_how_far_a_restore_is(workspace):
    """Which the application holds up once some rows are back."""
    bulk(20_000).world.write(workspace.database)
    run = workspace.run()["run_id"]
    serving = workspace.serve()
    application = sqlite3.connect(workspace.database, isolation_level=None, timeout=60)

    def back():
        application.execute("BEGIN IMMEDIATE")
        some = application.execute("SELECT count(*) FROM job").fetchone()[0] > left + 1_000
        if not some:
            application.execute("COMMIT")
        return some

    left = application.execute("SELECT count(*) FROM job").fetchone()[0]
    job = json.loads(serving.ask(f"/api/jobs/{run}/restore", "POST", headers=JSON, body="").body)["job_id"]
    eventually(back, "some rows are back", 60, pause=0.002)
    shown = eventually(lambda: (now := json.loads(serving.ask(f"/api/jobs/{job}").body))["rows"]["done"] and now, "it says how far it is")
    assert shown["status"] == "running" and 0 < shown["rows"]["done"] < shown["rows"]["due"] and shown["progress"] < 95, shown
    page = serving.ask(f"/runs/{job}").text
    assert "under way: Putting back rows " in page and f'<progress id="bar" max="100" value="{shown["progress"]}"' in page
    application.execute("COMMIT")
    events = serving.ask(f"/api/jobs/{job}/events").text
    assert events.count("event: finished") == 1 and events.count("event: progress") > 1 and events.rindex("event: progress") < events.index("event: finished")
    # On the command line it goes where a run's goes.
    again = workspace.command("restore", run).exits(0)
    assert "0% Putting back rows" in again.err and "Putting back" not in again.out
    workspace.configure({"log": {"format": "json"}})
    assert "Putting back" not in workspace.command("restore", run).exits(0).err


def test_over_http(workspace):
    work_for_all().write(workspace.database)
    before = bits(workspace)
    serving = workspace.serve()

    def ask(path, body=None):
        return serving.ask(path, "GET" if body is None else "POST", headers=JSON if body is not None else None, body=body)

    run = json.loads(ask("/api/jobs/run", json.dumps({"job_type": "cleanup"})).body)["job_id"]
    eventually(lambda: json.loads(ask(f"/api/jobs/{run}").body)["completed_at"], "the run is over")
    archive = json.loads(ask(f"/api/jobs/{run}/archive").body)
    assert archive["job_id"] == run and archive["rows"] == sum(table["rows"] for table in archive["tables"]) == 5
    assert {table["table"] for table in archive["tables"]} == {"job", "daemon_job_history", "handled_downloads", "analysis_plan"}
    metrics = serving.scrape()
    assert metrics["jobsweep_archive_bytes"] == archive["bytes"] > 0
    assert abs(metrics["jobsweep_archive_oldest_timestamp_seconds"] - time.time()) < 600

    restores = []

    def restored(body):
        answer = ask(f"/api/jobs/{run}/restore", body)
        assert answer.status == 202, answer.text
        job = json.loads(answer.body)
        assert job["success"] and job["job_type"] == "restore"
        restores.insert(0, job["job_id"])
        done = eventually(
            lambda: (shown := json.loads(ask(f"/api/jobs/{job['job_id']}").body))["completed_at"] and shown, "the restore is over"
        )
        assert done["by"] == {"kind": "token", "who": "token", "address": "127.0.0.1"}
        assert json.loads(ask("/api/jobs").body)["jobs"][0] == done and done["type"] == "restore" and done["run_id"] == run
        return done["result"]

    after = bits(workspace)
    assert restored('{"dry_run": true}')["rows_restored"]["old_jobs"] == 2 and bits(workspace) == after
    assert restored('{"operations": ["old_jobs"], "hold": "7d"}')["rows_restored"] == {"old_jobs": 2}
    assert restored("")["status"] == "completed"
    assert bits(workspace) == before
    # Who did what, and when, is remembered beside the runs, and counted as none.
    listed = json.loads(workspace.command("history", "--json").exits(0).out)
    assert [job["id"] for job in listed["jobs"]] == [*restores, run] and listed["total"] == 4
    assert [(job["type"], job["dry_run"], job["progress"]) for job in listed["jobs"]] == [
        ("restore", False, 100), ("restore", False, 100), ("restore", True, 100), ("cleanup", False, 100),
    ]  # fmt: skip
    assert all(job["result"]["restore_id"] == job["id"] and job["started_at"] <= job["completed_at"] for job in listed["jobs"][:3])
    table = workspace.command("history").exits(0).out
    assert table.count("api (restore)") == 2 and table.count("api (dry restore)") == 1 and table.count(f", of {run}") == 3
    assert "finished" in serving.ask(f"/api/jobs/{restores[0]}/events").text and ask(f"/api/jobs/{restores[0]}/cancel", "").status == 409
    assert serving.scrape().total("jobsweep_runs_total") == 1
    status = json.loads(ask("/api/status").body)
    assert status["last_run"]["id"] == run and not status["running"]
    pages = {kind: serving.ask(f"/runs?kind={kind}").text for kind in ("runs", "restores", "previews")}
    assert [page.count('data-label="Started"') for page in pages.values()] == [1, 3, 0] and "put back: " in pages["restores"]
    # One under way, which waits for the application, is seen, followed and ended.
    workspace.execute("DELETE FROM handled_downloads")
    application = sqlite3.connect(workspace.database, isolation_level=None)
    application.execute("BEGIN IMMEDIATE")
    job = json.loads(ask(f"/api/jobs/{run}/restore", "").body)["job_id"]
    shown = json.loads(ask("/api/jobs").body)["jobs"][0]
    assert (shown["id"], shown["type"], shown["status"], shown["run_id"]) == (job, "restore", "running", run)
    assert "under way" in serving.ask(f"/runs/{job}").text
    assert ask(f"/api/jobs/{job}/cancel", "").status == 200
    application.close()
    events = serving.ask(f"/api/jobs/{job}/events").text
    assert "event: finished" in events and '"status":"cancelled"' in events, events
    shown = json.loads(ask(f"/api/jobs/{job}").body)
    assert (shown["status"], shown["ended_by"]["who"]) == ("cancelled", "token")
    for path, body, status in [
        (f"/api/jobs/{run}/restore", '{"dry": true}', 400), (f"/api/jobs/{run}/restore", '{"hold": "x"}', 422),
        (f"/api/jobs/{run}/restore", '{"operations": ["x"]}', 400), ("/api/jobs/none/restore", "{}", 404), ("/api/jobs/none/archive", None, 404),
    ]:  # fmt: skip
        assert ask(path, body).status == status, (path, body)
    assert serving.ask(f"/api/jobs/{run}/restore", "POST", headers=JSON, body="{}", bearer=False).status in (401, 403)


def test_a_restore_and_a_run_exclude_each_other(workspace):
    """Whoever comes second is refused, and the first is none the worse for it."""
    bulk(3_000).world.write(workspace.database)
    before = bits(workspace)
    run = workspace.run()["run_id"]
    lease = workspace.database.with_name("app.db-jobsweep.lock")
    with open(lease) as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert "under way on this database" in workspace.command("restore", run, "--json").exits(4).err
    started = workspace.start("restore", run, "--json")
    eventually(lambda: re.search(rf'"pid" *: *{started.pid}\b', lease.read_text()), "the restore has the lease", seconds=60)
    started.pause()
    assert str(started.pid) in workspace.command("run", "--json").exits(4).err
    started.send(signal.SIGCONT)
    assert started.finish().code == 0 and bits(workspace) == before
