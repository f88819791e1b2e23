"""Makes the benchmark's databases: the application's tables with every index, filled in the order of time.

Two thirds of the jobs and of the downloads are old enough to be deleted. No row lies within a day of a limit, so that every
way deletes the same rows, whenever it runs.
"""

import json
import random
import sqlite3
from datetime import datetime, timedelta, timezone
from pathlib import Path

#: What jobsweep keeps by default.
KEEP_JOBS = timedelta(days=30)
KEEP_DOWNLOADS = timedelta(days=14)
#: How far the rows keep from these limits.
MARGIN = timedelta(days=1)

ROWS_PER_ACTIVE_JOB = 120
ROWS_PER_PLAN = 120

SCHEMA = """
CREATE TABLE job (
    id TEXT NOT NULL PRIMARY KEY, type VARCHAR(50) NOT NULL, status VARCHAR(20) NOT NULL, progress INTEGER NOT NULL,
    total_items INTEGER, processed_items INTEGER, result JSON, error TEXT, metadata JSON,
    started_at DATETIME, completed_at DATETIME, created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL
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
    id BIGINT NOT NULL PRIMARY KEY, timestamp DATETIME NOT NULL, download_name TEXT NOT NULL,
    destination_path TEXT NOT NULL, job_id TEXT
);
CREATE INDEX ix_handled_downloads_job_id ON handled_downloads (job_id);
CREATE INDEX ix_handled_downloads_timestamp ON handled_downloads (timestamp);
CREATE TABLE analysis_plan (
    id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL, description TEXT, plan_metadata JSON,
    status VARCHAR(20) NOT NULL, job_id TEXT, applied_at DATETIME, created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL
);
CREATE INDEX ix_analysis_plan_status ON analysis_plan (status);
CREATE TABLE plan_change (
    id INTEGER NOT NULL PRIMARY KEY, plan_id INTEGER NOT NULL REFERENCES analysis_plan (id) ON DELETE CASCADE,
    field VARCHAR(50) NOT NULL, proposed_value JSON
);
CREATE INDEX ix_plan_change_plan_id ON plan_change (plan_id);
CREATE TABLE daemon_job_history (
    id INTEGER NOT NULL PRIMARY KEY, daemon_name VARCHAR(50) NOT NULL,
    job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE, started_at DATETIME NOT NULL
);
"""

#: Without `cleanup`: a young unfinished one keeps jobsweep from running.
TYPES = (
    "sync", "sync_scenes", "analysis", "apply_plan", "generate_details", "export", "import", "non_ai_analysis",
    "process_downloads", "stash_scan", "stash_generate", "process_new_scenes",
)  # fmt: skip
FINISHED = ("completed",) * 17 + ("COMPLETED", "failed", "cancelled")
ERRORS = ("Connection to the media server was refused", "Request timed out after 30 seconds", "database is locked")


def make(path, rows, journal="wal", row_bytes=None):
    """Writes a database with `rows` rows of history, half of them jobs and half downloads, and what is in force besides.

    With `row_bytes` all of them are jobs, whose results are so large.
    """
    path = Path(path)
    database = sqlite3.connect(path, isolation_level=None)
    # It is thrown away should the machine fail meanwhile.
    database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000;")
    database.executescript(SCHEMA)
    story = _Story(rows, row_bytes)
    database.execute("BEGIN")
    database.executemany(f"INSERT INTO job VALUES ({_marks(13)})", story.jobs())
    database.executemany(f"INSERT INTO job VALUES ({_marks(13)})", story.active_jobs())
    database.executemany(f"INSERT INTO handled_downloads VALUES ({_marks(5)})", story.downloads())
    database.executemany(f"INSERT INTO analysis_plan VALUES ({_marks(9)})", story.plans())
    database.execute("COMMIT")
    database.execute(f"PRAGMA journal_mode = {journal}")
    database.close()


def cutoffs(now=None):
    """The limits as SQL texts: jobs, downloads."""
    now = now or _now()
    return _text(now - KEEP_JOBS), _text(now - KEEP_DOWNLOADS)


def _now():
    return datetime.now(timezone.utc).replace(tzinfo=None)


def _text(moment):
    return moment.isoformat(" ", "microseconds")


def _marks(count):
    return ", ".join("?" * count)


class _Story:
    """The rows. The same number of them gives the same ones, but for their times."""

    def __init__(self, rows, row_bytes=None):
        self.row_bytes = row_bytes
        self.count = rows if row_bytes else rows // 2
        self.active = max(1, rows // ROWS_PER_ACTIVE_JOB)
        self.plan_count = max(1, rows // ROWS_PER_PLAN)
        self.random = random.Random(rows)
        self.now = _now()
        self.some_jobs = []

    def jobs(self):
        for number, moment in enumerate(self._moments(KEEP_JOBS)):
            chance = self.random.random
            job, status, items = self._id(), FINISHED[int(chance() * len(FINISHED))], 1 + int(chance() * 400)
            if number % 8 == 0:
                self.some_jobs.append(job)
            begun = moment + timedelta(seconds=chance() * 20)
            took = 1 + chance() * 600
            ended = _text(begun + timedelta(seconds=took))
            is_done = status.lower() == "completed"
            result = json.dumps({"processed": items, "updated": items // 7, "seconds": round(took, 1)}) if is_done else None
            if self.row_bytes:
                result = self.random.randbytes(self.row_bytes // 2).hex()
            error = ERRORS[items % len(ERRORS)] if status == "failed" else None
            yield (
                job, TYPES[int(chance() * len(TYPES))], status, 100 if is_done else items % 100, items, items, result, error,
                f'{{"task_id": "{job[:8]}", "last_message": "Processed {items} items"}}', _text(begun), ended, _text(moment), ended,
            )  # fmt: skip

    def active_jobs(self):
        for number in range(self.active):
            begun = _text(self.now - timedelta(minutes=500 * (1 - number / self.active)))
            status = "running" if number % 5 else "pending"
            kind = TYPES[number % len(TYPES)]
            metadata = '{"last_message": "Starting"}'
            yield (self._id(), kind, status, number % 100, 100, number % 100, None, None, metadata, begun, None, begun, begun)

    def downloads(self):
        if self.row_bytes:
            return
        for number, moment in enumerate(self._moments(KEEP_DOWNLOADS)):
            # Ids of elsewhere: rising, with gaps.
            job = self.some_jobs[number % len(self.some_jobs)] if number % 5 < 3 else None
            yield (1_000 + number * 7, _text(moment), f"Episode {number} (1080p)", f"/media/library/{number}.mkv", job)

    def plans(self):
        for number in range(self.plan_count):
            status = ("PENDING", "DRAFT", "REVIEWING", "APPLIED", "CANCELLED")[number % 5]
            job = self.some_jobs[number % len(self.some_jobs)]
            moment = _text(self.now - timedelta(hours=number % 2000))
            yield (number + 1, f"Plan {number + 1}", "Suggested titles and tags", '{"model": "local"}', status, job, None, moment, moment)

    def _moments(self, keep):
        """One for each row in the order of time: two thirds before the limit, one third after it."""
        old = self.count * 2 // 3
        first, last = self.now - 3 * keep, self.now - keep - MARGIN
        for number in range(old):
            yield first + (last - first) * (number / old)
        first, last = self.now - keep + MARGIN, self.now - timedelta(hours=1)
        for number in range(self.count - old):
            yield first + (last - first) * (number / (self.count - old))

    def _id(self):
        """A UUID that isn't one of the application program's, which begin with ffffffff."""
        digits = f"{self.random.getrandbits(124):031x}"
        return f"{'e' if digits[0] == 'f' else digits[0]}{digits[1:8]}-{digits[8:12]}-4{digits[12:15]}-8{digits[15:18]}-{digits[18:30]}"
