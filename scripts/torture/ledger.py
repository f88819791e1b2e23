"""What an application's process wrote last to each of its rows, and what a sweep may have made of it since.

Each row belongs to one process, so the order of the application's own writes is known without asking the database. Between two of them
only a sweep can have changed the row, and only in the ways that the rules allow for what was written. The rules are said here once
more, by hand, for the few kinds of rows that the race makes: nothing of jobsweep's, nor of the oracle of its other tests, is used.
"""

import re
from datetime import datetime, timedelta, timezone

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: Rows of the race are far on one side of each limit: the shortest timeout is 5 minutes, the grace 10, retention 14 and 30 days.
FRESH, STALE, YOUNG, OLD = timedelta(), 3 * HOUR, DAY, 60 * DAY

JOB = ("id", "type", "status", "progress", "error", "result", "started_at", "completed_at", "created_at", "updated_at")
DOWNLOAD = ("id", "timestamp", "download_name")
PLAN = ("id", "status", "job_id", "updated_at", "name")


def stamp(ago=timedelta()):
    return (datetime.now(timezone.utc) - ago).strftime("%Y-%m-%d %H:%M:%S.%f")


def moment(text):
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=timezone.utc) if text else None


def is_old(text, age):
    return text is not None and datetime.now(timezone.utc) - moment(text) > age


def job_fault(written, seen):
    """What is wrong with a job of which the application wrote `written` (None: deleted) and that now is `seen` (None: gone)."""
    if seen == written:
        return None
    if written is None:
        return "is back although the application deleted it"
    status = written["status"].lower()
    if seen is None:
        finished = status in ("completed", "failed", "cancelled")
        return None if finished and is_old(written["completed_at"], 30 * DAY) else "was deleted although it had to stay"
    if status not in ("running", "pending") or not is_old(written["started_at"], 5 * timedelta(minutes=1)):
        return "was changed although it isn't stale"
    if not is_old(written["updated_at"], timedelta(minutes=10)):
        return "was settled although it was alive"
    return settled_fault(written, seen)


def settled_fault(written, seen):
    whole = written["progress"] == 100
    status = "completed" if whole else "failed"
    status = status.upper() if written["status"].isupper() else status
    fits = seen["error"] is None if whole else re.fullmatch(r"Job timed out after \d+\.\d minutes", seen["error"] or "")
    untouched = all(seen[c] == written[c] for c in JOB if c not in ("status", "error", "completed_at", "updated_at"))
    stamped = seen["completed_at"] == seen["updated_at"] and not is_old(seen["updated_at"], HOUR)
    return None if seen["status"] == status and fits and untouched and stamped else "is neither as written nor settled by the rules"


def download_fault(written, seen):
    if seen == written:
        return None
    if written is not None and seen is None and is_old(written["timestamp"], 14 * DAY):
        return None
    return "was changed or deleted although it had to stay"


def plan_fault(written, seen, job_is_active):
    """`job_is_active`: what the application knows of the plan's job; None where that isn't settled between its own writes."""
    if seen == written:
        return None
    if written is None or seen is None or written["status"] != "PENDING" or job_is_active:
        return "was changed although it had to stay"
    if not is_old(written["updated_at"], timedelta(minutes=10)):
        return "was reset although it had just been touched"
    untouched = all(seen[c] == written[c] for c in PLAN if c not in ("status", "updated_at"))
    return None if untouched and seen["status"] == "DRAFT" else "is neither as written nor reset by the rules"
