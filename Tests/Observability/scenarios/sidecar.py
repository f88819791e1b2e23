"""A simulated sidecar: what Prometheus would have scraped from it, as series of a promtool test.

Time is in seconds since the test's beginning, which is also the Unix time of the test. Nothing starts at 0, since 0 means
"never" in jobsweep's timestamps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

OPERATIONS = ("stale_jobs", "old_jobs", "old_downloads", "stuck_plans")
STATUSES = ("completed", "completed_with_errors", "failed", "cancelled")
TRIGGERS = ("schedule", "api")
JOB_TYPES = ("sync", "analysis", "other")

MINUTE = 60
HOUR = 3600
DAY = 86400
MIB = 1 << 20
#: What jobsweep exports where it doesn't know.
UNKNOWN = math.nan

Key = tuple[str, tuple[tuple[str, str], ...]]


def key(metric: str, **labels: str) -> Key:
    return metric, tuple(sorted(labels.items()))


@dataclass
class Sidecar:
    """One sidecar from `start` on: zeros first, then whatever the scenario says. `clock` is how far its clock is ahead; `collected`
    means that a collector scrapes it and passes its series on, without an `up`; `rules` are operations of the user's own."""

    start: int = MINUTE
    interval: int = 30 * MINUTE
    instance: str = "app:9745"
    job: str = "jobsweep"
    clock: int = 0
    collected: bool = False
    rules: tuple[str, ...] = ()
    changes: list[tuple[int, Key, float | None]] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    removed: int | None = None
    totals: dict[Key, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        at = self.start
        for metric, value in (
            ("jobsweep_up", 1),
            ("jobsweep_running", 0),
            ("jobsweep_last_run_start_timestamp_seconds", 0),
            ("jobsweep_last_run_completion_timestamp_seconds", 0),
            ("jobsweep_last_success_timestamp_seconds", 0),
            ("jobsweep_schedule_interval_seconds", self.interval),
            ("jobsweep_next_run_timestamp_seconds", at + MINUTE + self.clock),
            ("jobsweep_config_last_reload_successful", 1),
            ("jobsweep_last_run_unarchived_rows", 0),
            ("jobsweep_clock_suspect", 0),
            ("jobsweep_database_size_bytes", 400 * MIB),
            ("jobsweep_database_free_bytes", 100 * MIB),
            ("jobsweep_database_wal_bytes", 4 * MIB),
            ("jobsweep_write_lock_seconds_count", 0),
            ("process_start_time_seconds", at + self.clock),
        ):
            self.set(at, value, metric)
        self.set(at, 0, "jobsweep_write_lock_seconds_bucket", le="0.5")
        for operation in self.operations:
            self.set(at, UNKNOWN, "jobsweep_backlog_rows", operation=operation)
            self.set(at, 0, "jobsweep_last_run_rows", operation=operation)
            self.set(at, 0, "jobsweep_operation_held", operation=operation)
        for operation in (*self.operations, "run"):
            self.set(at, 0, "jobsweep_errors_total", operation=operation)
        for status in STATUSES:
            for trigger in TRIGGERS:
                self.set(at, 0, "jobsweep_runs_total", trigger=trigger, status=status)
        for job_type in JOB_TYPES:
            for outcome in ("failed", "completed"):
                self.set(at, 0, "jobsweep_stale_jobs_total", job_type=job_type, outcome=outcome)

    @property
    def operations(self) -> tuple[str, ...]:
        return (*OPERATIONS, *self.rules)

    # What happens

    def set(self, at: float, value: float | None, metric: str, **labels: str) -> None:
        """The series has this value from `at` on; None means that it is no longer there."""
        self.changes.append((int(at), key(metric, **labels), value))

    def add(self, at: float, amount: float, metric: str, **labels: str) -> None:
        """A counter rises. Calls for one counter come in the order of time."""
        series = key(metric, **labels)
        self.totals[series] = self.totals.get(series, 0) + amount
        self.changes.append((int(at), series, self.totals[series]))

    def run(
        self,
        at: int,
        status: str = "completed",
        seconds: int = 5,
        trigger: str = "schedule",
        errors: dict[str, int] | None = None,
        backlog: dict[str, int] | None = None,
        stale: dict[str, int] | None = None,
        held: tuple[str, ...] = (),
        unarchived: int = 0,
    ) -> None:
        """A run from `at` on. A scheduled one moves the next run on by one interval. What it holds isn't done, so that nobody counts
        what is left of it."""
        end = at + seconds
        self.set(at, 1, "jobsweep_running")
        self.set(at, at + self.clock, "jobsweep_last_run_start_timestamp_seconds")
        if trigger == "schedule":
            self.set(at, at + self.interval + self.clock, "jobsweep_next_run_timestamp_seconds")
        self.set(end, 0, "jobsweep_running")
        self.set(end, end + self.clock, "jobsweep_last_run_completion_timestamp_seconds")
        if status == "completed":
            self.set(end, end + self.clock, "jobsweep_last_success_timestamp_seconds")
        self.set(end, unarchived, "jobsweep_last_run_unarchived_rows")
        self.add(end, 1, "jobsweep_runs_total", trigger=trigger, status=status)
        for operation, count in (errors or {}).items():
            self.add(end, count, "jobsweep_errors_total", operation=operation)
        left = dict.fromkeys(self.operations, UNKNOWN if status in ("failed", "cancelled") else 0)
        if status not in ("failed", "cancelled"):
            for operation in self.operations:
                self.set(end, int(operation in held), "jobsweep_operation_held", operation=operation)
        for operation, rows in (left | (backlog or {}) | dict.fromkeys(held, UNKNOWN)).items():
            self.set(end, rows, "jobsweep_backlog_rows", operation=operation)
        for job_type, count in (stale or {}).items():
            self.add(end, count, "jobsweep_stale_jobs_total", job_type=job_type, outcome="failed")

    def schedule(self, first: int, until: int, **how) -> int:
        """Scheduled runs from `first` on, before `until`; returns when the next would be due."""
        at = first
        while at < until:
            self.run(at, **how)
            at += self.interval
        return at

    def skip(self, at: int, reason: str = "overlap") -> None:
        """A due time at which no run started: only the next run moves on."""
        self.add(at, 1, "jobsweep_runs_skipped_total", reason=reason)
        self.set(at, at + self.interval + self.clock, "jobsweep_next_run_timestamp_seconds")

    def down(self, since: int, until: int) -> None:
        """No scrape succeeds in this time; what was counted before is there afterwards."""
        self.gaps.append((since, until))

    def restart(self, at: int, seconds: int = 20) -> None:
        """The process ends and another one starts; totals and times are the same."""
        if seconds:
            self.down(at, at + seconds)
        self.set(at + seconds, at + seconds + self.clock, "process_start_time_seconds")
        self.set(at + seconds, 0, "jobsweep_running")

    def lose_run(self, at: int, after: int = 10, seconds: int = 20) -> None:
        """A scheduled run takes its process with it. The next process counts it as failed and knows nothing more of it."""
        last_start = self._last("jobsweep_last_run_start_timestamp_seconds")
        self.set(at, 1, "jobsweep_running")
        self.set(at, at + self.clock, "jobsweep_last_run_start_timestamp_seconds")
        self.set(at, at + self.interval + self.clock, "jobsweep_next_run_timestamp_seconds")
        self.restart(at + after, seconds)
        self.set(at + after + seconds, last_start, "jobsweep_last_run_start_timestamp_seconds")
        self.add(at + after + seconds, 1, "jobsweep_runs_total", trigger="schedule", status="failed")
        self.add(at + after + seconds, 1, "jobsweep_errors_total", operation="run")

    def _last(self, metric: str) -> float | None:
        return [value for _, series, value in self.changes if series == key(metric)][-1]

    def remove(self, at: int) -> None:
        """Service discovery forgets the target."""
        self.removed = at

    # What Prometheus has of it

    def series(self, until: int, scrape: int) -> list[dict[str, str]]:
        times = range(0, until + 1, scrape)
        by_key: dict[Key, list[tuple[int, float | None]]] = {}
        for at, series, value in sorted(self.changes, key=lambda change: change[0]):
            by_key.setdefault(series, []).append((at, value))
        rendered = [] if self.collected else [self._render("up", (), [self._up(t) for t in times])]
        for (metric, labels), steps in by_key.items():
            rendered.append(self._render(metric, labels, [self._value(steps, t) for t in times]))
        return rendered

    def _seen(self, t: int) -> bool:
        in_gap = any(since <= t < until for since, until in self.gaps)
        return t >= self.start and not in_gap and not self._gone(t)

    def _gone(self, t: int) -> bool:
        return self.removed is not None and t >= self.removed

    def _up(self, t: int) -> float | None:
        return None if self._gone(t) else float(self._seen(t))

    def _value(self, steps: list[tuple[int, float | None]], t: int) -> float | None:
        if not self._seen(t):
            return None
        value = None
        for at, stepped in steps:
            if at > t:
                break
            value = stepped
        return value

    def _render(self, metric: str, labels: tuple[tuple[str, str], ...], values: list[float | None]) -> dict[str, str]:
        names = ",".join(
            f'{name}="{value}"' for name, value in (("job", self.job), ("instance", self.instance), *labels)
        )
        return {"series": f"{metric}{{{names}}}", "values": notation(values)}


def same(one: float | None, other: float | None) -> bool:
    both_unknown = one is not None and other is not None and math.isnan(one) and math.isnan(other)
    return one == other or both_unknown


def notation(values: list[float | None]) -> str:
    """promtool's expanding notation: runs of one value as 5x3, a vanished series as one stale marker and blanks."""
    words: list[str] = []
    index = 0
    known = False
    while index < len(values):
        value = values[index]
        length = 1
        while index + length < len(values) and same(values[index + length], value):
            length += 1
        if value is not None and math.isnan(value):
            words.append("NaN" if length == 1 else f"NaN+0x{length - 1}")
        elif value is None:
            if known:
                words.append("stale")
                length_of_blanks = length - 1
            else:
                length_of_blanks = length
            if length_of_blanks:
                words.append(f"_x{length_of_blanks}")
        else:
            number = f"{value:.10g}"
            words.append(number if length == 1 else f"{number}+0x{length - 1}")
        known = value is not None
        index += length
    return " ".join(words)
