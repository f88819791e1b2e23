"""What a report must say, held against the oracle's outcome."""

from collections import Counter

from support.cli import moment
from support.policy import OPERATIONS

NAMES = {
    "status", "cleaned_jobs", "cleaned_job_details", "old_jobs_deleted", "old_downloads_deleted", "stuck_plans_updated", "errors",
    "run_id", "trigger", "dry_run", "operations", "started_at", "finished_at", "duration_seconds", "skipped", "pauses", "held",
    "rows_deleted", "dependents_deleted", "archive",
}
#: What the reports of 0.1.0 in a history don't have.
ADDED = {"rows_deleted", "dependents_deleted", "pauses", "held", "archive"}
#: The operations that delete, each with the number that says how much.
DELETING = {"old_jobs": "old_jobs_deleted", "old_downloads": "old_downloads_deleted"}
REASONS = {"alive", "changed", "unreadable", "future", "unknown", "referenced", "busy"}
PAUSES = {"application", "checkpoint", "replication", "snapshot", "autovacuum", "throttle_query"}
NUMBERS = ("cleaned_jobs", "old_jobs_deleted", "old_downloads_deleted", "stuck_plans_updated")
CAP = 1000


def numbers(report):
    return {name: report[name] for name in NUMBERS}


def check_shape(report, trigger="cli", dry_run=False, operations=OPERATIONS):
    """The names of section 3 with values of their kinds, and beside them only what names rows that could not be read, and samples."""
    allowed = NAMES | {"truncated", "unreadable_rows"} | ({"samples"} if dry_run else set())
    assert NAMES <= report.keys() <= allowed, report.keys() ^ NAMES
    assert (report["trigger"], report["dry_run"], report["operations"]) == (trigger, dry_run, list(operations))
    assert isinstance(report["run_id"], str) and report["run_id"]
    assert moment(report["finished_at"]) >= moment(report["started_at"])
    assert 0 <= report["duration_seconds"] < 3600
    assert {"alive", "changed"} <= report["skipped"].keys() <= REASONS
    deleting = {operation: report[number] for operation, number in DELETING.items()}
    assert report["rows_deleted"] == deleting and report["dependents_deleted"].keys() == deleting.keys()
    assert report["pauses"].keys() == PAUSES and all(0 <= seconds <= report["duration_seconds"] for seconds in report["pauses"].values())
    for error in report["errors"]:
        assert {"operation", "error"} <= error.keys() <= {"operation", "job_id", "error"} and error["error"], error


def check(report, outcome, status="completed", dry_run=False, operations=OPERATIONS):
    """Every number and every detail of a report against the outcome that its own `started_at` gives."""
    check_shape(report, dry_run=dry_run, operations=operations)
    assert report["status"] == status, report
    assert numbers(report) == outcome.numbers
    assert (report["skipped"]["alive"], report["skipped"]["changed"]) == (outcome.alive, 0)
    assert (report["skipped"].get("future", 0), report["skipped"].get("unknown", 0)) == (outcome.future, outcome.unknown)
    check_unreadable(report, outcome)
    check_details(report, outcome)
    refused = Counter(error.get("job_id") for error in report["errors"])
    assert refused == Counter(dict.fromkeys(outcome.refused, 1))
    assert {error["operation"] for error in report["errors"]} <= {"old_jobs"}


def check_unreadable(report, outcome):
    """The contract leaves open where a report names rows that cannot be read; where it does, it must name the right ones."""
    said = sum(map(len, outcome.unreadable.values()))
    undated = sum(map(len, outcome.undated.values()))
    assert said <= report["skipped"].get("unreadable", said) <= said + undated
    for operation, ids in report.get("unreadable_rows", {}).items():
        allowed = {str(ident) for ident in outcome.unreadable[operation] | outcome.undated[operation]}
        assert len(ids) == len(set(ids)) and set(map(str, ids)) <= allowed, operation


def check_details(report, outcome):
    details = {detail["job_id"]: detail for detail in report["cleaned_job_details"]}
    assert len(details) == len(report["cleaned_job_details"]), "a job is listed twice"
    assert len(details) == min(CAP, len(outcome.settled))
    for job_id, detail in details.items():
        expected = outcome.settled[job_id]
        assert detail.keys() == {"job_id"} | expected.keys(), detail
        assert detail["job_type"].casefold() == expected["job_type"].casefold()
        assert detail["status"].casefold() == expected["status"]
        assert detail["timeout_minutes"] == expected["timeout_minutes"]
        assert abs(detail["elapsed_minutes"] - expected["elapsed_minutes"]) <= 0.0501, detail
