"""The ways to delete old rows that are compared."""

from dataclasses import dataclass
from typing import Callable

import database

OPERATIONS = "old_jobs,old_downloads"
#: Between two batches of a fixed size, in milliseconds.
BATCH_PAUSE = 10
FIXED = (500, 1_000, 10_000)

STATUSES = "'completed', 'failed', 'cancelled', 'COMPLETED', 'FAILED', 'CANCELLED'"


@dataclass(frozen=True)
class Way:
    key: str
    name: str
    #: Gives the command that works on a database, by workplace and path.
    command: Callable


def conditions():
    jobs, downloads = database.cutoffs()
    return [
        ("job", f"status IN ({STATUSES}) AND completed_at < '{jobs}'"),
        ("handled_downloads", f"timestamp < '{downloads}'"),
    ]


def _single(workplace, path):
    statements = [f"DELETE FROM {table} WHERE {condition};" for table, condition in conditions()]
    return ["sqlite3", "-batch", "-bail", path, ".timeout 30000", *statements]


def _batches(rows):
    def command(workplace, path):
        statements = [
            f"DELETE FROM {table} WHERE rowid IN (SELECT rowid FROM {table} WHERE {condition} LIMIT ?)"
            for table, condition in conditions()
        ]
        return [workplace.program("batches"), path, str(rows), str(BATCH_PAUSE), *statements]

    return command


def jobsweep_run(workplace, path):
    """One run with default settings."""
    return [workplace.jobsweep, "run", "--database", path, "--state", workplace.state(), "--only", OPERATIONS, "--json"]


SINGLE = Way("single", "one DELETE per table", _single)
JOBSWEEP = Way("jobsweep", "jobsweep", jobsweep_run)
WAYS = (SINGLE, *(Way(f"batches-{rows}", f"batches of {rows:,}", _batches(rows)) for rows in FIXED), JOBSWEEP)
