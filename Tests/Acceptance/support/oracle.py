"""Decides for every row what a run must do with it, from section 2 of the contract: plain Python over plain rows, no SQL."""

import copy
from collections import Counter
from dataclasses import dataclass, field

from support.policy import OPERATIONS, Policy, label, spelled_low
from support.timestamps import CLOCK_TOLERANCE, Unreadable, read
from support.written import RunMoment, TimedOut

FINISHED = ("completed", "failed", "cancelled")
ACTIVE = ("running", "pending")
#: Every status that a job of the application may have.
OWN = (*FINISHED, *ACTIVE, "cancelling")


@dataclass
class Outcome:
    """The tables after the run, and the numbers that its report and its metrics must give."""

    tables: dict
    settled: dict = field(default_factory=dict)  # job id -> what the report says of it
    stale: Counter = field(default_factory=Counter)  # (job_type label, outcome)
    deleted_jobs: Counter = field(default_factory=Counter)  # job_type label
    deleted_downloads: int = 0
    reset_plans: int = 0
    alive: int = 0
    future: int = 0  # rows whose sign of life lies ahead of now
    unknown: int = 0  # plans whose job is in somebody else's status
    refused: set = field(default_factory=set)  # ids of jobs that a foreign key protects
    unreadable: dict = field(default_factory=lambda: {name: set() for name in OPERATIONS})  # ids of rows whose value says no moment
    undated: dict = field(default_factory=lambda: {name: set() for name in OPERATIONS})  # ids of rows with no moment at all

    @property
    def numbers(self):
        return {
            "cleaned_jobs": len(self.settled),
            "old_jobs_deleted": sum(self.deleted_jobs.values()),
            "old_downloads_deleted": self.deleted_downloads,
            "stuck_plans_updated": self.reset_plans,
        }


def decide(tables, now, policy=Policy(), protected=()):
    """What a run that takes `now` makes of `tables`; `protected` are the ids of jobs whose deletion a foreign key refuses."""
    outcome = Outcome(copy.deepcopy(tables))
    steps = {"stale_jobs": _stale_jobs, "old_jobs": _old_jobs, "old_downloads": _old_downloads, "stuck_plans": _stuck_plans}
    for name, step in steps.items():
        if name in policy.operations:
            step(outcome, now, policy, protected)
    return outcome


def _stale_jobs(outcome, now, policy, _):
    for job in outcome.tables["job"].values():
        if spelled_low(job["status"]) not in ACTIVE:
            continue
        try:
            started = read(job["started_at"], policy.zone)
            started = started if started is not None else read(job["created_at"], policy.zone)
        except Unreadable:
            outcome.unreadable["stale_jobs"].add(job["id"])
            continue
        if started is None:
            outcome.undated["stale_jobs"].add(job["id"])
            continue
        timeout = policy.timeout(job["type"])
        if not now - started > timeout:
            continue
        if policy.heartbeat_grace:
            try:
                heartbeat = read(job["updated_at"], policy.zone)
            except Unreadable:
                outcome.unreadable["stale_jobs"].add(job["id"])
                continue
            if heartbeat is not None and heartbeat - now > CLOCK_TOLERANCE:
                outcome.future += 1
            elif heartbeat is not None and now - heartbeat < policy.heartbeat_grace:
                outcome.alive += 1
                continue
        _settle(outcome, job, now - started, timeout)


def _settle(outcome, job, elapsed, timeout):
    minutes = elapsed.total_seconds() / 60
    verdict = "completed" if job["progress"] == 100 else "failed"
    upper = job["status"] == job["status"].upper()
    job["status"] = verdict.upper() if upper else verdict
    job["error"] = None if verdict == "completed" else TimedOut(minutes)
    job["completed_at"] = job["updated_at"] = RunMoment()
    outcome.stale[label(job["type"]), verdict] += 1
    outcome.settled[job["id"]] = {
        "job_type": spelled_low(job["type"]),
        "status": verdict,
        "timeout_minutes": timeout.total_seconds() / 60,
        "elapsed_minutes": minutes,
    }


def _old_jobs(outcome, now, policy, protected):
    jobs = outcome.tables["job"]
    for job in list(jobs.values()):
        if spelled_low(job["status"]) not in FINISHED or job["id"] in outcome.settled:
            continue
        try:
            completed = read(job["completed_at"], policy.zone)
        except Unreadable:
            outcome.unreadable["old_jobs"].add(job["id"])
            continue
        if completed is None or not completed < now - policy.keep(job["status"], job["type"]):
            continue
        if job["id"] in protected:
            outcome.refused.add(job["id"])
            continue
        del jobs[job["id"]]
        outcome.deleted_jobs[label(job["type"])] += 1
    history = outcome.tables["daemon_job_history"]
    for row in list(history.values()):
        if row["job_id"] is not None and row["job_id"] not in jobs:
            del history[row["id"]]


def _old_downloads(outcome, now, policy, _):
    downloads = outcome.tables["handled_downloads"]
    for download in list(downloads.values()):
        try:
            moment = read(download["timestamp"], policy.zone)
        except Unreadable:
            outcome.unreadable["old_downloads"].add(download["id"])
            continue
        if moment is None:
            outcome.undated["old_downloads"].add(download["id"])
        elif moment < now - policy.keep_downloads:
            del downloads[download["id"]]
            outcome.deleted_downloads += 1


def _stuck_plans(outcome, now, policy, _):
    jobs = outcome.tables["job"]
    for plan in outcome.tables["analysis_plan"].values():
        if plan["status"] != "PENDING":
            continue
        job = jobs.get(plan["job_id"])
        if job is not None and spelled_low(job["status"]) in ACTIVE:
            continue
        if job is not None and spelled_low(job["status"]) not in OWN:
            outcome.unknown += 1
            continue
        if policy.plan_grace:
            try:
                if _is_young(plan, outcome, now, policy):
                    continue
            except Unreadable:
                outcome.unreadable["stuck_plans"].add(plan["id"])
                continue
        plan["status"] = "DRAFT"
        plan["updated_at"] = RunMoment()
        outcome.reset_plans += 1


def _is_young(plan, outcome, now, policy):
    """Whether the plan's job may not be there yet. Who was touched long ago was made long ago, whatever its creation says."""
    touched = read(plan["updated_at"], policy.zone)
    try:
        created = read(plan["created_at"], policy.zone)
    except Unreadable:
        if touched is None:
            raise
        created = None
    ahead = [moment is not None and moment - now > CLOCK_TOLERANCE for moment in (touched, created)]
    young = [moment is not None and not late and now - moment < policy.plan_grace for moment, late in zip((touched, created), ahead)]
    outcome.future += any(ahead) and not any(young)
    return any(young)
