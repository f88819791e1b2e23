import Sweeping

/// A page of rows as tests look at them.
package struct RecordPage<Key: Sendable, Record: Sendable, Cursor: Sendable>: Sendable {
    package var rows: [(key: Key, record: Record)]
    package var next: Cursor?

    package init(rows: [(key: Key, record: Record)], next: Cursor?) {
        self.rows = rows
        self.next = next
    }
}

/// What the operations ask of a session, one by one, on an application's tables under their usual names.
extension MaintenanceSession {
    /// What a test asks for is done in one go, however slow the machine is.
    private var unlimited: Duration { .seconds(600) }

    package func check(_ operation: OperationName) async throws {
        try await require(SweepPolicy().operation(operation)?.needs ?? [])
    }

    package func activeJobCount() async throws -> Int {
        try await count(StaleJobs().selection(at: Timestamp(microseconds: 0)), within: unlimited).rows
    }

    package func activeJobs(after cursor: Cursor?, limit: Int) async throws -> RecordPage<Key, JobRecord, Cursor> {
        let found = try await page(StaleJobs().selection(at: .zero), after: cursor, limit: limit)
        return found.records(JobRecord.init) { ["running", "pending"].contains($0.status.lowercased()) }
    }

    package func finishedJobs(before cutoff: Timestamp, after cursor: Cursor?, limit: Int) async throws
        -> RecordPage<Key, JobRecord, Cursor>
    {
        let found = try await page(Sweeps.oldJobs(before: cutoff), after: cursor, limit: limit)
        return found.records(JobRecord.init) { _ in true }
    }

    package func downloads(before cutoff: Timestamp, after cursor: Cursor?, limit: Int) async throws
        -> RecordPage<Key, DownloadRecord, Cursor>
    {
        let found = try await page(Sweeps.oldDownloads(before: cutoff), after: cursor, limit: limit)
        return found.records(DownloadRecord.init) { _ in true }
    }

    package func pendingPlans(after cursor: Cursor?, limit: Int) async throws -> RecordPage<Key, PlanRecord, Cursor> {
        let found = try await page(StuckPlans().selection(at: .zero), after: cursor, limit: limit)
        let pending = found.rows.filter { $0.row["status"] == "PENDING" }
        return RecordPage(rows: pending.map { ($0.key, PlanRecord($0.row)) }, next: found.next)
    }

    package func settle(_ jobs: [(key: Key, change: Settlement)], at now: Timestamp) async throws -> BatchOutcome {
        try await change(
            jobs.map { PlannedRow($0.key, [Value($0.change.status), Value($0.change.error)]) },
            by: TableChange(of: StaleJobs().selection(at: now), StaleJobs().action, now: now),
            within: unlimited)
    }

    /// - Parameter hold: nil for no limit.
    package func deleteJobs(_ keys: [Key], within hold: Duration? = nil) async throws -> BatchOutcome {
        try await change(
            keys.map { PlannedRow($0) }, by: TableChange(of: Sweeps.oldJobs(before: .zero), .delete, now: .zero),
            within: hold ?? unlimited)
    }

    package func deleteDownloads(_ keys: [Key]) async throws -> BatchOutcome {
        try await change(
            keys.map { PlannedRow($0) }, by: TableChange(of: Sweeps.oldDownloads(before: .zero), .delete, now: .zero),
            within: unlimited)
    }

    /// - Parameter isDry: whether the condition on the plan's job is left out, as a dry run does.
    package func resetPlans(_ keys: [Key], at now: Timestamp, isDry: Bool = false) async throws -> BatchOutcome {
        let plans = StuckPlans()
        return try await change(
            keys.map { PlannedRow($0, ["DRAFT"]) },
            by: TableChange(
                of: plans.selection(at: now), plans.action, while: isDry ? nil : plans.standing, now: now),
            within: unlimited)
    }
}

/// The selections of the rules that delete, by their cutoff.
package enum Sweeps {
    package static func oldJobs(before cutoff: Timestamp) -> Selection {
        OldJobs.rule().selection(at: cutoff + .days(30))
    }

    package static func oldDownloads(before cutoff: Timestamp) -> Selection {
        OldDownloads.rule().selection(at: cutoff + .days(14))
    }
}

extension Page {
    fileprivate func records<Record>(_ record: (SelectedRow) -> Record, where isWanted: (Record) -> Bool)
        -> RecordPage<Key, Record, Cursor>
    {
        RecordPage(
            rows: rows.map { ($0.key, record($0.row)) }.filter { isWanted($0.1) }, next: next)
    }
}

extension Timestamp {
    fileprivate static let zero = Timestamp(microseconds: 0)
}
