"""The application's tables as section 6 of the contract lists them, in a file of either journal mode."""

import sqlite3

JOB = (
    "id", "type", "status", "progress", "total_items", "processed_items", "result", "error", "metadata",
    "started_at", "completed_at", "created_at", "updated_at",
)
DOWNLOAD = ("id", "timestamp", "download_name", "destination_path", "job_id")
PLAN = ("id", "name", "description", "plan_metadata", "status", "job_id", "applied_at", "created_at", "updated_at")
CHANGE = ("id", "plan_id", "scene_id", "field", "proposed_value")
HISTORY = ("id", "daemon_id", "job_id", "status", "started_at", "finished_at")

#: Table name to columns, in the order in which rows can be inserted with foreign keys on.
TABLES = {
    "job": JOB,
    "handled_downloads": DOWNLOAD,
    "analysis_plan": PLAN,
    "plan_change": CHANGE,
    "daemon_job_history": HISTORY,
}

DDL = """
CREATE TABLE job (
    id TEXT NOT NULL PRIMARY KEY,
    type TEXT, status TEXT, progress INTEGER, total_items INTEGER, processed_items INTEGER,
    result JSON, error TEXT, metadata JSON,
    started_at DATETIME, completed_at DATETIME, created_at DATETIME, updated_at DATETIME
);
CREATE INDEX ix_job_id ON job (id);
CREATE INDEX ix_job_type ON job (type);
CREATE INDEX ix_job_status ON job (status);
CREATE INDEX ix_job_started_at ON job (started_at);
CREATE INDEX ix_job_completed_at ON job (completed_at);
CREATE INDEX ix_job_created_at ON job (created_at);
CREATE INDEX ix_job_updated_at ON job (updated_at);
CREATE INDEX ix_job_type_status ON job (type, status);
CREATE INDEX ix_job_status_created_at ON job (status, created_at);

CREATE TABLE handled_downloads (
    id BIGINT NOT NULL PRIMARY KEY,
    timestamp DATETIME, download_name TEXT, destination_path TEXT, job_id TEXT
);
CREATE INDEX ix_handled_downloads_job_id ON handled_downloads (job_id);

CREATE TABLE analysis_plan (
    id INTEGER NOT NULL PRIMARY KEY,
    name TEXT, description TEXT, plan_metadata JSON, status TEXT, job_id TEXT NULL,
    applied_at DATETIME, created_at DATETIME, updated_at DATETIME
);

CREATE TABLE plan_change (
    id INTEGER NOT NULL PRIMARY KEY,
    plan_id INTEGER NOT NULL REFERENCES analysis_plan (id) ON DELETE CASCADE,
    scene_id TEXT, field TEXT, proposed_value JSON
);

CREATE TABLE daemon_job_history (
    id INTEGER NOT NULL PRIMARY KEY,
    daemon_id TEXT,
    job_id TEXT REFERENCES job (id) ON DELETE CASCADE,
    status TEXT, started_at DATETIME, finished_at DATETIME
);
"""

JOURNALS = ("wal", "delete")


def connect(path, busy_seconds=10.0):
    """A connection as the application has one: foreign keys on, statements in autocommit unless a transaction is begun."""
    connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def create(path, journal):
    """Makes the file with empty tables in the journal mode asked for, and closes it."""
    connection = connect(path)
    try:
        (mode,) = connection.execute(f"PRAGMA journal_mode = {journal}").fetchone()
        assert mode == journal
        connection.executescript(DDL)
    finally:
        connection.close()


def insert(connection, table, rows):
    """Inserts dictionaries that have every column of `table`."""
    columns = TABLES[table]
    marks = ", ".join("?" * len(columns))
    connection.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", ([row[c] for c in columns] for row in rows)
    )


def definition(path):
    """Journal mode and the whole schema with its version: what jobsweep never changes."""
    connection = connect(path)
    try:
        journal = connection.execute("PRAGMA journal_mode").fetchone()[0]
        version = connection.execute("PRAGMA schema_version").fetchone()[0]
        user = connection.execute("PRAGMA user_version").fetchone()[0]
        return journal, version, user, connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
    finally:
        connection.close()
