"""Migrations, replaced and vanished files, and locks in the middle of a run."""

import hashlib
import os
import shutil
import sqlite3
import time

from support.bulk import bulk

MIGRATIONS = (
    "ALTER TABLE job ADD COLUMN extra TEXT",
    "ALTER TABLE job RENAME COLUMN error TO failure",
    "DROP INDEX ix_job_completed_at",
    "CREATE INDEX more ON job (completed_at, status, type)",
    "CREATE TRIGGER keep BEFORE DELETE ON job BEGIN SELECT RAISE(ABORT, 'not yet'); END",
    "CREATE TRIGGER hush BEFORE DELETE ON job BEGIN SELECT RAISE(IGNORE); END",
    "CREATE TABLE note (id INTEGER PRIMARY KEY, job_id TEXT REFERENCES job (id) ON DELETE RESTRICT);"
    " INSERT INTO note (job_id) SELECT id FROM job LIMIT 50",
    "CREATE TABLE link (id INTEGER PRIMARY KEY, job_id TEXT REFERENCES job (id) ON DELETE CASCADE);"
    " INSERT INTO link (job_id) SELECT id FROM job LIMIT 500",
    "DROP TABLE handled_downloads",
    "ALTER TABLE analysis_plan RENAME TO plan",
)


def scene(episode):
    workspace, draw = episode.workspace, episode.random
    made = bulk(old=4_000, stale=100)
    made.world.write(workspace.database, draw.choice(["wal", "delete"]))
    workspace.execute("CREATE TRIGGER slow AFTER DELETE ON job BEGIN SELECT length(hex(randomblob(6000))); END")
    started = workspace.start("run", "--json")
    episode.pause(0.8)
    upheaval = draw.choice([migrated, migrated, migrated, replaced, vanished, locked])
    upheaval(episode, made, started)
    episode.remark(upheaval.__name__)


def migrated(episode, made, started):
    workspace = episode.workspace
    for migration in episode.random.sample(MIGRATIONS, 2):
        script(workspace.database, migration)
        episode.pause(0.2)
    episode.orderly(started.finish(400), (0, 1, 3))
    episode.sound()
    jobs = {row[0] for row in workspace.query("SELECT id FROM job")}
    episode.check(made.kept | made.stale <= jobs, "a job that had to stay is gone")
    # Whatever the tables look like now, the next run says so in order.
    episode.orderly(workspace.command("run", "--json", seconds=400), (0, 1, 3))
    for child in ("link", "daemon_job_history"):
        if workspace.query("SELECT 1 FROM sqlite_master WHERE name = ?", child):
            orphans = workspace.query(f"SELECT count(*) FROM {child} WHERE job_id NOT IN (SELECT id FROM job)")[0][0]
            episode.check(orphans == 0, f"{orphans} rows of {child} have lost their job")


def script(database, migration):
    connection = sqlite3.connect(database, timeout=60, isolation_level=None)
    try:
        connection.executescript(f"BEGIN IMMEDIATE; {migration}; COMMIT")
    except sqlite3.OperationalError as error:
        # A migration may not fit behind the one before it; that the database is locked for a minute is no such thing.
        if "locked" in str(error):
            raise
    finally:
        connection.close()


def replaced(episode, made, started):
    """Somebody moves another database over the file: it stays as it is, to the byte."""
    path = episode.workspace.database
    other = episode.folder / "other.db"
    bulk(old=50).world.write(other, "wal")
    digest = hashlib.sha256(other.read_bytes()).hexdigest()
    # A run that hasn't opened its database yet may take the other for it.
    while started.process.poll() is None and made.old <= {row[0] for row in episode.workspace.query("SELECT id FROM job")}:
        time.sleep(0.01)
    if started.process.poll() is None:
        os.replace(other, path)
        for leftover in ("-wal", "-shm"):
            path.with_name(path.name + leftover).unlink(missing_ok=True)
        episode.orderly(started.finish(120), (0, 1, 3))
        episode.check(hashlib.sha256(path.read_bytes()).hexdigest() == digest, "a run wrote into the file that took its database's place")
        episode.sound()


def vanished(episode, made, started):
    path = episode.workspace.database
    away = path.with_name("away.db")
    if started.process.poll() is not None:
        return
    os.replace(path, away)
    episode.orderly(started.finish(120), (0, 1, 3))
    episode.check(not path.exists(), "a run made a file where its database had been")
    for leftover in ("-wal", "-shm", "-journal"):
        beside = path.with_name(path.name + leftover)
        if beside.exists():
            shutil.move(beside, away.with_name(away.name + leftover))
    os.replace(away, path)
    for leftover in ("-wal", "-shm", "-journal"):
        beside = away.with_name(away.name + leftover)
        if beside.exists():
            shutil.move(beside, path.with_name(path.name + leftover))
    episode.sound()
    jobs = {row[0] for row in episode.workspace.query("SELECT id FROM job")}
    episode.check(made.kept | made.stale <= jobs, "a job that had to stay is gone")


def locked(episode, made, started):
    """Others hold every lock there is for a while, in turn."""
    connection = sqlite3.connect(episode.workspace.database, timeout=60, isolation_level=None)
    for kind in episode.random.sample(["IMMEDIATE", "EXCLUSIVE", "DEFERRED"], 3):
        connection.execute(f"BEGIN {kind}")
        connection.execute("SELECT count(*) FROM job").fetchone()
        time.sleep(episode.random.choice([0.05, 0.5, 2]))
        connection.execute("ROLLBACK")
    connection.close()
    episode.orderly(started.finish(400), (0, 1, 3))
    episode.sound()
