import PrometheusText
import Sweeping

/// Every metric of jobsweep, declared once: names, types, labels and their values, help texts (DESIGN.md section 8). Those by operation
/// are in `OperationMetrics`.
package enum MetricCatalogue {
    package static let runs = MetricDescriptor(
        name: MetricName.runs, kind: .counter, help: "Runs finished. Dry runs are not counted.",
        labels: [
            MetricLabel(name: "trigger", values: Trigger.allCases.map(\.rawValue)),
            MetricLabel(name: "status", values: RunStatus.allCases.map(\.rawValue)),
        ])
    package static let runsSkipped = MetricDescriptor(
        name: MetricName.runsSkipped, kind: .counter, help: "Runs that did not start.",
        labels: [MetricLabel(name: "reason", values: SkippedRunReason.allCases.map(\.rawValue))])
    package static let pauses = MetricDescriptor(
        name: MetricName.pauses, kind: .counter,
        help: "Time that runs waited for others' sake, in seconds.",
        labels: [MetricLabel(name: "reason", values: PauseReason.allCases.map(\.rawValue))])
    package static let runDuration = MetricDescriptor(
        name: MetricName.runDuration, kind: .histogram(buckets: RunTotals.runDurationBounds),
        help: "How long runs took.")
    package static let lastStart = MetricDescriptor(
        name: MetricName.lastStart, kind: .gauge,
        help: "When the last run started, in Unix time; 0 is never.")
    package static let lastCompletion = MetricDescriptor(
        name: MetricName.lastCompletion, kind: .gauge,
        help: "When the last run ended, however it ended, in Unix time; 0 is never.")
    package static let lastSuccess = MetricDescriptor(
        name: MetricName.lastSuccess, kind: .gauge,
        help: "When the last run without errors ended, in Unix time; 0 is never.")
    package static let nextRun = MetricDescriptor(
        name: "jobsweep_next_run_timestamp_seconds", kind: .gauge,
        help: "When the next scheduled run is due, in Unix time; 0 is unknown.")
    package static let interval = MetricDescriptor(
        name: "jobsweep_schedule_interval_seconds", kind: .gauge, help: "The longest gap between two scheduled runs.")
    package static let running = MetricDescriptor(
        name: "jobsweep_running", kind: .gauge, help: "1 during a run.")
    package static let writeLock = MetricDescriptor(
        name: MetricName.writeLock, kind: .histogram(buckets: RunTotals.lockBounds),
        help: "How long each batch held the database's write lock.")
    package static let isUp = MetricDescriptor(
        name: "jobsweep_up", kind: .gauge, help: "Whether the last look at the database worked.")
    package static let databaseSize = MetricDescriptor(
        name: "jobsweep_database_size_bytes", kind: .gauge,
        help: "Size of the database file; NaN while the database can't be looked at.")
    package static let databaseFree = MetricDescriptor(
        name: "jobsweep_database_free_bytes", kind: .gauge,
        help: "Free pages inside the database file; NaN while the database can't be looked at.")
    package static let databaseLog = MetricDescriptor(
        name: "jobsweep_database_wal_bytes", kind: .gauge,
        help: "Size of the write-ahead log; NaN while the database can't be looked at.")
    /// What only a server tells of its database: absent for a file.
    package static let databaseFacts = [
        MetricDescriptor(
            name: "jobsweep_database_dead_rows", kind: .gauge,
            help:
                "Rows that went and whose space isn't used again yet, as PostgreSQL estimates them; absent for SQLite."),
        MetricDescriptor(
            name: "jobsweep_database_replication_lag_bytes", kind: .gauge,
            help:
                "How far the standby or slot that is furthest behind is behind; NaN where the role may not see it, absent for SQLite."
        ),
        MetricDescriptor(
            name: "jobsweep_database_oldest_snapshot_seconds", kind: .gauge,
            help:
                "For how long another transaction has kept deleted rows alive; NaN where the role may not see it, absent for SQLite."
        ),
    ]
    package static let databaseInfo = MetricDescriptor(
        name: "jobsweep_database_info", kind: .info,
        help: "The database's server, its version, and whether a pooler is in between; absent for SQLite.",
        labels: ["engine", "version", "pooler"].map { MetricLabel(name: $0, values: nil) })
    package static let archiveBytes = MetricDescriptor(
        name: "jobsweep_archive_bytes", kind: .gauge,
        help: "Size of the archives of what runs took away and can still be put back.")
    package static let archiveOldest = MetricDescriptor(
        name: "jobsweep_archive_oldest_timestamp_seconds", kind: .gauge,
        help: "When the oldest run began that can still be undone, in Unix time; 0 is none.")
    package static let lastUnarchived = MetricDescriptor(
        name: MetricName.lastUnarchived, kind: .gauge,
        help: "Rows that the last run changed or took away and that can't be put back, because the archive had no room."
    )
    package static let clockSuspect = MetricDescriptor(
        name: "jobsweep_clock_suspect", kind: .gauge,
        help: "1 while the wall clock can't be believed, so that no run begins.")
    package static let reloadSuccessful = MetricDescriptor(
        name: "jobsweep_config_last_reload_successful", kind: .gauge,
        help: "Whether the last attempt to load the configuration worked.")
    package static let reloadTime = MetricDescriptor(
        name: "jobsweep_config_last_reload_success_timestamp_seconds", kind: .gauge,
        help: "When the configuration was last loaded, in Unix time.")
    package static let logLinesDropped = MetricDescriptor(
        name: "jobsweep_log_lines_dropped_total", kind: .counter,
        help: "Lines of the log that were dropped, because nobody read standard error.")
    package static let certificateExpiry = MetricDescriptor(
        name: "jobsweep_tls_certificate_expiry_timestamp_seconds", kind: .gauge,
        help: "When the first certificate of the chain that TLS shows expires, in Unix time; absent without TLS.")
    package static let requests = MetricDescriptor(
        name: "jobsweep_http_requests_total", kind: .counter, help: "HTTP requests answered, by route and status code.",
        labels: [MetricLabel(name: "handler", values: nil), MetricLabel(name: "code", values: nil)])
    package static let buildInfo = MetricDescriptor(
        name: "jobsweep_build_info", kind: .info, help: "The versions in use; the value is always 1.",
        labels: ["version", "swift_version", "sqlite_version", "microhttpd_version"].map {
            MetricLabel(name: $0, values: nil)
        })
    package static let cpu = MetricDescriptor(
        name: "process_cpu_seconds_total", kind: .counter, help: "Total user and system CPU time spent in seconds.")
    package static let resident = MetricDescriptor(
        name: "process_resident_memory_bytes", kind: .gauge, help: "Resident memory size in bytes.")
    package static let virtual = MetricDescriptor(
        name: "process_virtual_memory_bytes", kind: .gauge, help: "Virtual memory size in bytes.")
    package static let openFiles = MetricDescriptor(
        name: "process_open_fds", kind: .gauge, help: "Number of open file descriptors.")
    package static let fileLimit = MetricDescriptor(
        name: "process_max_fds", kind: .gauge, help: "Maximum number of open file descriptors.")
    package static let processStart = MetricDescriptor(
        name: "process_start_time_seconds", kind: .gauge,
        help: "Start time of the process since unix epoch in seconds.")

    /// All of them on a database with these operations, in no order that matters.
    package static func all(_ operations: OperationMetrics = .standard) -> [MetricDescriptor] {
        operations.counted + [
            pauses, runDuration, operations.lastDuration, operations.lastRows, operations.backlog, operations.held,
            lastStart,
            lastCompletion, lastSuccess, nextRun, interval, running, writeLock, isUp, databaseSize, databaseFree,
            databaseLog, databaseInfo, archiveBytes, archiveOldest, lastUnarchived, clockSuspect, reloadSuccessful,
            reloadTime,
            logLinesDropped, certificateExpiry,
            requests, buildInfo, cpu,
            resident, virtual, openFiles, fileLimit, processStart,
        ] + databaseFacts
    }
}
