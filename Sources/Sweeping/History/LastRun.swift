/// The last run that wasn't a dry run, as the metrics show it.
package struct LastRun: Sendable, Equatable {
    /// Unix time in seconds; 0 is never.
    package var start: Double = 0
    package var completion: Double = 0
    package var success: Double = 0
    /// Rows changed, by operation.
    package var rows: [String: Int] = [:]
    /// Rows that were still eligible after it, by operation. An operation whose rows nobody counted isn't in it: it didn't get its turn,
    /// or there was no run yet.
    package var backlog: [String: Int] = [:]
    /// 1 for operations that are held, by operation; a run that didn't take an operation up says nothing of it.
    package var held: [String: Int] = [:]
    /// Rows that it took away or changed and that can't be put back, because the archive had no room for them.
    package var unarchived = 0
    /// Seconds by operation.
    package var durations: [String: Double] = [:]

    package init() {}

    /// - Parameter report: of a run that is over and wasn't a dry run.
    mutating func take(_ report: RunReport) {
        start = report.startedAt.unixSeconds
        completion = report.finishedAt.unixSeconds
        if report.status == .completed { success = report.finishedAt.unixSeconds }
        unarchived = report.unarchivedRows
        rows = [:]
        backlog = [:]
        durations = [:]
        for operation in report.request.operations {
            guard report.results[operation] != nil else { continue }
            held[operation.rawValue] = report.held.contains { $0.operation == operation } ? 1 : nil
        }
        for operation in report.catalogue.map(\.name) {
            let result = report.results[operation]
            rows[operation.rawValue] = result?.rowsChanged ?? 0
            durations[operation.rawValue] = result?.duration.inSeconds ?? 0
            backlog[operation.rawValue] = result?.backlog
        }
    }
}
