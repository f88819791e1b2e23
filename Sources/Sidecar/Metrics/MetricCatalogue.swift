import PrometheusText
import Sweeping

/// Every metric of jobsweep, declared once: names, types, labels and their values, help texts (DESIGN.md section 8).
package enum MetricCatalogue {
    /// What the operations count themselves.
    package static let ofOperations: [MetricDescriptor] = operations.compactMap(\.metric).map { metric in
        MetricDescriptor(
            name: metric.name, kind: .counter, help: metric.help,
            labels: metric.labels.map { MetricLabel(name: $0.name, values: $0.values) })
    }
    package static let rowsDeleted = MetricDescriptor(
        name: MetricName.rowsDeleted, kind: .counter,
        help: "Rows deleted, by every operation that deletes, jobs and downloads included.", labels: [deletingOperation]
    )
    package static let dependentsDeleted = MetricDescriptor(
        name: MetricName.dependentsDeleted, kind: .counter,
        help: "Rows of other tables that went with deleted rows.", labels: [deletingOperation])
    package static let rowsSkipped = MetricDescriptor(
        name: MetricName.rowsSkipped, kind: .counter,
        help:
            "Rows left alone on purpose, with the reason: their job is alive, the application changed them meanwhile, a time that decides can't be read or lies in the future, a status is unknown, an active row refers to them, or they are locked.",
        labels: [operation, MetricLabel(name: "reason", values: SkipReason.allCases.map(\.rawValue))])
    package static let runs = MetricDescriptor(
        name: MetricName.runs, kind: .counter, help: "Runs finished. Dry runs are not counted.",
        labels: [
            MetricLabel(name: "trigger", values: Trigger.allCases.map(\.rawValue)),
            MetricLabel(name: "status", values: RunStatus.allCases.map(\.rawValue)),
        ])
    package static let runsSkipped = MetricDescriptor(
        name: MetricName.runsSkipped, kind: .counter, help: "Runs that did not start.",
        labels: [MetricLabel(name: "reason", values: SkippedRunReason.allCases.map(\.rawValue))])
    package static let errors = MetricDescriptor(
        name: MetricName.errors, kind: .counter, help: "Cleanup errors, of an operation or of the run itself.",
        labels: [MetricLabel(name: "operation", values: operationNames.map(\.rawValue) + [RunError.runLabel])])
    package static let pauses = MetricDescriptor(
        name: MetricName.pauses, kind: .counter,
        help: "Time that runs waited for others' sake, in seconds.",
        labels: [MetricLabel(name: "reason", values: PauseReason.allCases.map(\.rawValue))])
    package static let runDuration = MetricDescriptor(
        name: MetricName.runDuration, kind: .histogram(buckets: RunTotals.runDurationBounds),
        help: "How long runs took.")
    package static let lastOperationDuration = MetricDescriptor(
        name: MetricName.lastOperationDuration, kind: .gauge,
        help: "How long each operation of the last run took.", labels: [operation])
    package static let lastRows = MetricDescriptor(
        name: MetricName.lastRows, kind: .gauge, help: "Rows that the last run changed.", labels: [operation])
    package static let backlog = MetricDescriptor(
        name: MetricName.backlog, kind: .gauge,
        help:
            "Rows still eligible after the last run; NaN where that isn't known (no run yet, the operation didn't get its turn, the"
            + " database can't be looked at).",
        labels: [operation])
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

    /// The counters of what runs do, which are kept across restarts.
    package static let counted =
        ofOperations + [rowsDeleted, dependentsDeleted, rowsSkipped, runs, runsSkipped, errors]

    /// All of them, in no order that matters.
    package static let all =
        counted + [
            pauses, runDuration, lastOperationDuration, lastRows, backlog, lastStart, lastCompletion, lastSuccess,
            nextRun, interval, running,
            writeLock, isUp, databaseSize, databaseFree, databaseLog, reloadSuccessful, reloadTime,
            logLinesDropped, certificateExpiry, requests, buildInfo,
            cpu,
            resident, virtual, openFiles, fileLimit, processStart,
        ]

    private static let operations = SweepPolicy().operations
    static let operationNames = operations.map(\.name)
    private static let deletingOperation = MetricLabel(
        name: "operation", values: operations.filter(\.deletes).map(\.name.rawValue))
    private static let operation = MetricLabel(name: "operation", values: operationNames.map(\.rawValue))
}
