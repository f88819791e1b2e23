/// The names that totals are kept under: those of the metrics, with the order of their labels (DESIGN.md section 8). What an
/// operation counts itself has its name from there.
package enum MetricName {
    /// By operation, of those that delete.
    package static let rowsDeleted = "jobsweep_rows_deleted_total"
    package static let dependentsDeleted = "jobsweep_dependents_deleted_total"
    /// By operation and reason.
    package static let rowsSkipped = "jobsweep_rows_skipped_total"
    /// By trigger and status.
    package static let runs = "jobsweep_runs_total"
    /// By reason.
    package static let runsSkipped = "jobsweep_runs_skipped_total"
    /// By operation, or `run`.
    package static let errors = "jobsweep_errors_total"
    /// By reason. Totals are whole numbers, so this one is kept in microseconds.
    package static let pauses = "jobsweep_pause_seconds_total"

    package static let runDuration = "jobsweep_run_duration_seconds"
    package static let writeLock = "jobsweep_write_lock_seconds"

    /// By operation, as the next two.
    package static let lastOperationDuration = "jobsweep_last_run_operation_duration_seconds"
    package static let lastRows = "jobsweep_last_run_rows"
    package static let backlog = "jobsweep_backlog_rows"
    package static let held = "jobsweep_operation_held"
    package static let lastUnarchived = "jobsweep_last_run_unarchived_rows"
    package static let lastStart = "jobsweep_last_run_start_timestamp_seconds"
    package static let lastCompletion = "jobsweep_last_run_completion_timestamp_seconds"
    package static let lastSuccess = "jobsweep_last_success_timestamp_seconds"
}
