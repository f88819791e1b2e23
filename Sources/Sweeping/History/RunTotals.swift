/// Everything that jobsweep has done to one database so far, and its last run: what the metrics show, kept across restarts.
package struct RunTotals: Sendable, Equatable, Codable {
    /// Upper bounds in seconds of the run duration's histogram.
    package static let runDurationBounds: [Double] = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300]
    /// Upper bounds in seconds of the histogram of write-lock times.
    package static let lockBounds: [Double] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1]

    /// Old jobs deleted, by type label.
    package private(set) var jobsDeleted: [String: Int] = [:]
    package private(set) var downloadsDeleted = 0
    package private(set) var plansReset = 0
    /// Stale jobs settled, by type label and outcome.
    package private(set) var staleJobs: [String: [String: Int]] = [:]
    /// Rows left alone on purpose, by operation and reason.
    package private(set) var rowsSkipped: [String: [String: Int]] = [:]
    /// Runs finished, by trigger and status.
    package private(set) var runs: [String: [String: Int]] = [:]
    /// Runs that didn't start, by reason.
    package private(set) var runsSkipped: [String: Int] = [:]
    /// Errors, by operation or `run`.
    package private(set) var errors: [String: Int] = [:]
    package private(set) var runDuration = HistogramTotals(bounds: RunTotals.runDurationBounds)
    package private(set) var lockHeld = HistogramTotals(bounds: RunTotals.lockBounds)
    package private(set) var lastRun = LastRun()

    /// The last run that wasn't a dry run.
    package struct LastRun: Sendable, Equatable, Codable {
        /// Unix time in seconds; 0 is never.
        package var start: Double = 0
        package var completion: Double = 0
        package var success: Double = 0
        /// By operation.
        package var rows: [String: Int] = [:]
        package var backlog: [String: Int] = [:]
        /// Seconds by operation.
        package var durations: [String: Double] = [:]
        /// Seconds.
        package var duration: Double = 0
    }

    package init() {}

    /// Takes in a finished run. A dry run did nothing and counts for nothing.
    package mutating func add(_ report: RunReport) {
        guard !report.request.dryRun else { return }
        runs[report.request.trigger.rawValue, default: [:]][report.status.rawValue, default: 0] += 1
        errors[RunError.runLabel, default: 0] += report.runErrorCount
        runDuration.observe(report.duration.inSeconds)
        lockHeld.add(report.lockHeld)
        for (operation, result) in report.results { add(result, of: operation) }
        addLastRun(report)
    }

    package mutating func addSkippedRun(_ reason: SkippedRunReason, count: Int = 1) {
        runsSkipped[reason.rawValue, default: 0] += count
    }

    /// Takes in a run whose process ended before it did, so that nobody knows more about it.
    package mutating func addLostRun(trigger: Trigger) {
        runs[trigger.rawValue, default: [:]][RunStatus.failed.rawValue, default: 0] += 1
        errors[RunError.runLabel, default: 0] += 1
    }

    private mutating func add(_ result: OperationResult, of operation: Operation) {
        switch operation {
        case .staleJobs:
            for (kind, count) in result.settled {
                staleJobs[kind.typeLabel, default: [:]][kind.outcome.rawValue, default: 0] += count
            }
        case .oldJobs: jobsDeleted.merge(result.deletedByType, uniquingKeysWith: +)
        case .oldDownloads: downloadsDeleted += result.rowsChanged
        case .stuckPlans: plansReset += result.rowsChanged
        }
        for (reason, count) in result.skipped {
            rowsSkipped[operation.rawValue, default: [:]][reason.rawValue, default: 0] += count
        }
        errors[operation.rawValue, default: 0] += result.errorCount
    }

    private mutating func addLastRun(_ report: RunReport) {
        lastRun.start = report.startedAt.unixSeconds
        lastRun.completion = report.finishedAt.unixSeconds
        lastRun.duration = report.duration.inSeconds
        if report.status == .completed { lastRun.success = report.finishedAt.unixSeconds }
        for operation in Operation.allCases {
            let result = report.results[operation]
            lastRun.rows[operation.rawValue] = result?.rowsChanged ?? 0
            lastRun.durations[operation.rawValue] = result?.duration.inSeconds ?? 0
            // What an operation that didn't take part has left isn't known anew: the last count holds.
            if let backlog = result?.backlog { lastRun.backlog[operation.rawValue] = backlog }
        }
    }
}
