"""Every metric of section 8: name, type, and the label sets that must be there at the first scrape."""

from itertools import product

from support.policy import JOB_TYPES, OPERATIONS

TYPES_AND_OTHER = (*JOB_TYPES, "other")


def _sets(**labels):
    """Every combination of the labels' closed sets, as `Exposition.labels` gives them."""
    return {frozenset(zip(labels, values)) for values in product(*labels.values())}


ALONE = {frozenset()}

#: Counters and gauges by sample name, each with its type and its closed label sets.
SERIES = {
    "jobsweep_jobs_deleted_total": ("counter", _sets(job_type=TYPES_AND_OTHER)),
    "jobsweep_downloads_deleted_total": ("counter", ALONE),
    "jobsweep_plans_reset_total": ("counter", ALONE),
    "jobsweep_stale_jobs_total": ("counter", _sets(job_type=TYPES_AND_OTHER, outcome=("failed", "completed"))),
    "jobsweep_rows_deleted_total": ("counter", _sets(operation=("old_jobs", "old_downloads"))),
    "jobsweep_dependents_deleted_total": ("counter", _sets(operation=("old_jobs", "old_downloads"))),
    "jobsweep_runs_total": (
        "counter",
        _sets(trigger=("schedule", "startup", "api", "cli"), status=("completed", "completed_with_errors", "failed", "cancelled")),
    ),
    "jobsweep_runs_skipped_total": ("counter", _sets(reason=("overlap", "misfire", "application_cleanup"))),
    "jobsweep_pause_seconds_total": (
        "counter", _sets(reason=("application", "checkpoint", "replication", "snapshot", "autovacuum", "throttle_query")),
    ),
    "jobsweep_errors_total": ("counter", _sets(operation=(*OPERATIONS, "run"))),
    "jobsweep_last_run_operation_duration_seconds": ("gauge", _sets(operation=OPERATIONS)),
    "jobsweep_last_run_rows": ("gauge", _sets(operation=OPERATIONS)),
    "jobsweep_backlog_rows": ("gauge", _sets(operation=OPERATIONS)),
    "jobsweep_operation_held": ("gauge", _sets(operation=OPERATIONS)),
    "jobsweep_last_run_start_timestamp_seconds": ("gauge", ALONE),
    "jobsweep_last_run_completion_timestamp_seconds": ("gauge", ALONE),
    "jobsweep_last_success_timestamp_seconds": ("gauge", ALONE),
    "jobsweep_next_run_timestamp_seconds": ("gauge", ALONE),
    "jobsweep_schedule_interval_seconds": ("gauge", ALONE),
    "jobsweep_running": ("gauge", ALONE),
    "jobsweep_up": ("gauge", ALONE),
    "jobsweep_database_size_bytes": ("gauge", ALONE),
    "jobsweep_database_free_bytes": ("gauge", ALONE),
    "jobsweep_database_wal_bytes": ("gauge", ALONE),
    "jobsweep_archive_bytes": ("gauge", ALONE),
    "jobsweep_archive_oldest_timestamp_seconds": ("gauge", ALONE),
    "jobsweep_last_run_unarchived_rows": ("gauge", ALONE),
    "jobsweep_clock_suspect": ("gauge", ALONE),
    "jobsweep_log_lines_dropped_total": ("counter", ALONE),
    "jobsweep_config_last_reload_successful": ("gauge", ALONE),
    "jobsweep_config_last_reload_success_timestamp_seconds": ("gauge", ALONE),
    "process_cpu_seconds_total": ("counter", ALONE),
    "process_resident_memory_bytes": ("gauge", ALONE),
    "process_virtual_memory_bytes": ("gauge", ALONE),
    "process_open_fds": ("gauge", ALONE),
    "process_max_fds": ("gauge", ALONE),
    "process_start_time_seconds": ("gauge", ALONE),
}

#: Skips that can happen must be there; the contract leaves open whether those that cannot are there too.
SKIPS_AT_LEAST = {
    *_sets(operation=("stale_jobs",), reason=("alive", "changed", "unreadable")),
    *_sets(operation=("old_jobs", "old_downloads"), reason=("changed", "unreadable")),
    *_sets(operation=("stuck_plans",), reason=("changed",)),
}
SKIPS_AT_MOST = _sets(operation=OPERATIONS, reason=("alive", "changed", "unreadable", "future", "unknown", "referenced", "busy"))

#: Histograms by family name, each with its bounds.
HISTOGRAMS = {
    "jobsweep_run_duration_seconds": (0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300),
    "jobsweep_write_lock_seconds": (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1),
}

BUILD_LABELS = {"version", "swift_version", "sqlite_version", "microhttpd_version"}

#: Families whose label sets the contract leaves open.
OPEN = {"jobsweep_http_requests_total": "counter", "jobsweep_rows_skipped_total": "counter", "jobsweep_build_info": "gauge"}

#: Type by family name, for every family there is.
FAMILIES = {name: kind for name, (kind, _) in SERIES.items()} | dict.fromkeys(HISTOGRAMS, "histogram") | OPEN

#: Totals: series that stand at 0 before the first run ever.
ZERO_AT_FIRST = [name for name, (kind, _) in SERIES.items() if name.startswith("jobsweep_") and kind == "counter"] + [
    "jobsweep_rows_skipped_total", "jobsweep_last_run_operation_duration_seconds", "jobsweep_last_run_rows",
    "jobsweep_last_run_start_timestamp_seconds", "jobsweep_last_run_completion_timestamp_seconds",
    "jobsweep_last_success_timestamp_seconds", "jobsweep_running",
    *(f"{name}_{part}" for name in HISTOGRAMS for part in ("bucket", "sum", "count")),
]
