"""The rules' settings with the contract's defaults, and the configuration file that says the same to jobsweep."""

from dataclasses import dataclass, field
from datetime import timedelta, timezone, tzinfo

OPERATIONS = ("stale_jobs", "old_jobs", "old_downloads", "stuck_plans")

TIMEOUTS = {
    "sync": 30, "sync_scenes": 30, "analysis": 60, "apply_plan": 30, "generate_details": 45, "export": 15, "import": 15, "cleanup": 5,
}

#: Every job type that the contract has seen; metrics call any other `other`.
JOB_TYPES = (
    *TIMEOUTS, "non_ai_analysis", "remove_orphaned_entities", "process_downloads", "stash_scan", "stash_generate",
    "check_stash_generate", "local_generate", "process_new_scenes", "test",
)


@dataclass(frozen=True)
class Policy:
    """Durations as `timedelta`; types and statuses in lower case."""

    operations: tuple = OPERATIONS
    timeouts: dict = field(default_factory=lambda: {name: timedelta(minutes=m) for name, m in TIMEOUTS.items()})
    default_timeout: timedelta = timedelta(minutes=30)
    heartbeat_grace: timedelta = timedelta(minutes=10)
    keep_jobs: timedelta = timedelta(days=30)
    keep_by_status: dict = field(default_factory=dict)
    keep_by_type: dict = field(default_factory=dict)
    keep_downloads: timedelta = timedelta(days=14)
    plan_grace: timedelta = timedelta(minutes=10)
    zone: tzinfo = timezone.utc

    def timeout(self, job_type):
        return self.timeouts.get(spelled_low(job_type), self.default_timeout)

    def keep(self, status, job_type):
        """The retention of a finished job: the longest of those that its status and its type ask for, else the general one."""
        asked = [
            self.keep_by_status.get(spelled_low(status)),
            self.keep_by_type.get(spelled_low(job_type)),
        ]
        asked = [period for period in asked if period is not None]
        return max(asked) if asked else self.keep_jobs


def spelled_low(name):
    """Statuses and types occur wholly in lower or wholly in upper case; any other spelling is another name."""
    return name.lower() if isinstance(name, str) and name in (name.lower(), name.upper()) else name


def label(job_type):
    """The `job_type` that metrics give to a row's type."""
    low = spelled_low(job_type)
    return low if low in JOB_TYPES else "other"


def duration(period):
    """A `timedelta` as Prometheus writes it."""
    seconds = int(period.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
