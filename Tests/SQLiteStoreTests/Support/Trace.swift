import GRDB
import Sweeping
import TestTools
import Synchronization

@testable import SQLiteStore

/// Collects what a session's connection runs.
final class Trace: Sendable {
    private let statements = Mutex<[String]>([])

    func attach(to session: SQLiteSession) async throws {
        try await session.queue.writeWithoutTransaction { database in
            database.trace { event in
                guard case .statement(let statement) = event else { return }
                let sql = statement.sql
                self.statements.withLock { $0.append(sql) }
            }
        }
    }

    var all: [String] { statements.withLock { $0 } }

    func clear() { statements.withLock { $0 = [] } }

    /// Whether a statement reads or changes the application's tables, and doesn't ask what tables there are.
    static func isOnTables(_ sql: String) -> Bool {
        ["SELECT", "UPDATE", "DELETE"].contains { sql.hasPrefix($0) } && !sql.contains("FROM pragma_")
            && !sql.contains("FROM sqlite_master")
    }
}

extension SQLiteSession {
    /// One of everything: all pages, to a second one each, and a batch of each kind for which there are rows, as a run does.
    func runEverything(limit: Int = 2) async throws {
        _ = try await page(ApplicationCleanup().selection, after: nil, limit: limit)
        _ = try await activeJobCount()
        let now = ApplicationDatabase.now
        let active = try await allRows(limit: limit) { try await activeJobs(after: $0, limit: $1) }
        let failure = Settlement(
            outcome: .failed, status: "failed", error: "x", timeout: .minutes(1), elapsed: .minutes(2))
        if !active.isEmpty { _ = try await settle(active.prefix(1).map { ($0.key, failure) }, at: now) }
        let finished = try await allRows(limit: limit) {
            try await finishedJobs(before: now - .days(30), after: $0, limit: $1)
        }
        if !finished.isEmpty { _ = try await deleteJobs(finished.map(\.key)) }
        let handled = try await allRows(limit: limit) {
            try await downloads(before: now - .days(14), after: $0, limit: $1)
        }
        if !handled.isEmpty { _ = try await deleteDownloads(handled.prefix(1).map(\.key)) }
        let plans = try await allRows(limit: limit) { try await pendingPlans(after: $0, limit: $1) }
        if !plans.isEmpty { _ = try await resetPlans(plans.map(\.key), at: now, isDry: options.dryRun) }
    }
}
