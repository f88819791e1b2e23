"""The application's database: its tables, and rows of every kind that jobsweep has to do with."""

from __future__ import annotations

import sqlite3
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

SCHEMA = """
CREATE TABLE job (
    id TEXT PRIMARY KEY, type TEXT NOT NULL, status TEXT NOT NULL, progress INTEGER NOT NULL DEFAULT 0,
    total_items INTEGER, processed_items INTEGER, result JSON, error TEXT, metadata JSON,
    started_at DATETIME, completed_at DATETIME, created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL);
CREATE INDEX ix_job_type ON job (type);
CREATE INDEX ix_job_status ON job (status);
CREATE INDEX ix_job_started_at ON job (started_at);
CREATE INDEX ix_job_completed_at ON job (completed_at);
CREATE INDEX ix_job_created_at ON job (created_at);
CREATE INDEX ix_job_updated_at ON job (updated_at);
CREATE INDEX ix_job_type_status ON job (type, status);
CREATE INDEX ix_job_status_created_at ON job (status, created_at);
CREATE TABLE handled_downloads (
    id BIGINT PRIMARY KEY, timestamp DATETIME NOT NULL, download_name TEXT, destination_path TEXT, job_id TEXT);
CREATE INDEX ix_handled_downloads_job_id ON handled_downloads (job_id);
CREATE TABLE analysis_plan (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, description TEXT, plan_metadata JSON, status TEXT NOT NULL, job_id TEXT,
    applied_at DATETIME, created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL);
CREATE TABLE plan_change (
    id INTEGER PRIMARY KEY, plan_id INTEGER NOT NULL REFERENCES analysis_plan (id) ON DELETE CASCADE);
CREATE TABLE daemon_job_history (
    id INTEGER PRIMARY KEY, job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE);
CREATE TABLE daemon_logs (id INTEGER PRIMARY KEY, created_at DATETIME NOT NULL);
CREATE INDEX ix_daemon_logs_created_at ON daemon_logs (created_at);
CREATE TABLE invoice (
    id INTEGER PRIMARY KEY, job_id TEXT NOT NULL REFERENCES job (id));
"""


def ago(**parts: float) -> str:
    return (datetime.now(timezone.utc) - timedelta(**parts)).strftime("%Y-%m-%d %H:%M:%S.%f")


class Application:
    """Writes as the application does."""

    def __init__(self, path: Path, journal: str = "wal") -> None:
        self.path = path
        self.downloads = 0
        with self.connect() as database:
            database.execute(f"PRAGMA journal_mode = {journal}")
            database.executescript(SCHEMA)
        database.close()

    def connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=60, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def add_job(self, job_type: str, status: str, hours: float, progress: int = 30, ended: bool = False) -> str:
        """A job that began so many hours ago; one that ended did so a minute later."""
        identifier = str(uuid.uuid4())
        at = ago(hours=hours)
        completed = ago(hours=hours - 1 / 60) if ended else None
        with self.connect() as database:
            database.execute(
                "INSERT INTO job (id, type, status, progress, started_at, completed_at, created_at, updated_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (identifier, job_type, status, progress, at, completed, at, completed or at),
            )
        database.close()
        return identifier

    def add_stale_jobs(self, job_type: str, count: int, progress: int = 30) -> None:
        for _ in range(count):
            self.add_job(job_type, "running", hours=5, progress=progress)

    def add_large_old_job(self, size: int) -> None:
        """One whose result is so many bytes that can't be compressed."""
        identifier = self.add_job("sync", "completed", hours=24 * 60, ended=True)
        with self.connect() as database:
            database.execute("UPDATE job SET result = randomblob(?) WHERE id = ?", (size, identifier))
        database.close()

    def add_old_jobs(self, job_type: str, count: int) -> None:
        begun, ended = ago(days=60), ago(days=60, minutes=-1)
        rows = [(str(uuid.uuid4()), job_type, begun, ended, begun, ended) for _ in range(count)]
        with self.connect() as database:
            database.execute("BEGIN")
            database.executemany(
                "INSERT INTO job (id, type, status, progress, started_at, completed_at, created_at, updated_at)"
                " VALUES (?, ?, 'completed', 100, ?, ?, ?, ?)",
                rows,
            )
        database.close()

    def add_old_downloads(self, count: int) -> None:
        with self.connect() as database:
            for _ in range(count):
                self.downloads += 1
                database.execute(
                    "INSERT INTO handled_downloads (id, timestamp, download_name) VALUES (?, ?, 'a file')",
                    (self.downloads, ago(days=20)),
                )
        database.close()

    def add_logs(self, count: int, days: int) -> None:
        """All at once, so that no run meets a part of them."""
        with self.connect() as database:
            database.execute(
                "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?)"
                " INSERT INTO daemon_logs (created_at) SELECT ? FROM number",
                (count, ago(days=days)),
            )
        database.close()

    def logs(self) -> int:
        with self.connect() as database:
            (count,) = database.execute("SELECT count(*) FROM daemon_logs").fetchone()
        database.close()
        return count

    def add_busy_job(self) -> None:
        """One past its timeout that shows a sign of life."""
        identifier = self.add_job("sync", "running", hours=5)
        with self.connect() as database:
            database.execute("UPDATE job SET updated_at = ? WHERE id = ?", (ago(minutes=1), identifier))
        database.close()

    def move_away(self) -> None:
        """The database is no longer where it was."""
        for file in self.path.parent.glob(self.path.name + "*"):
            if "jobsweep" not in file.name:
                file.rename(file.with_name("away-" + file.name))

    def move_back(self) -> None:
        for file in self.path.parent.glob("away-*"):
            file.rename(file.with_name(file.name.removeprefix("away-")))

    def add_stuck_plan(self) -> None:
        with self.connect() as database:
            database.execute(
                "INSERT INTO analysis_plan (name, status, job_id, created_at, updated_at)"
                " VALUES ('a plan', 'PENDING', NULL, ?, ?)",
                (ago(hours=1), ago(hours=1)),
            )
        database.close()

    def add_job_that_may_not_go(self) -> None:
        """An old job to which an invoice refers, without ON DELETE CASCADE."""
        identifier = self.add_job("export", "failed", hours=24 * 60, ended=True)
        with self.connect() as database:
            database.execute("INSERT INTO invoice (job_id) VALUES (?)", (identifier,))
        database.close()

    def remove_invoices(self) -> None:
        with self.connect() as database:
            database.execute("DELETE FROM invoice")
        database.close()
