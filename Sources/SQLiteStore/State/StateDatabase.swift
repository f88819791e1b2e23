import Foundation
import GRDB
import Sweeping

/// The run history in a SQLite file of jobsweep's own.
///
/// The sidecar outlives its state: a file that is missing or damaged is set aside and made anew, with the totals that are still
/// in memory; while it can't be written at all, they are kept in memory alone.
package actor StateDatabase: RunHistory {
    /// How long a run is remembered.
    package static let keep: Duration = .days(90)

    /// SQLite's calls block, so this actor runs on a queue of its own and not on Swift's threads.
    private let executor = QueueExecutor(label: "jobsweep.state")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let file: StateFile
    private let databaseName: String
    private let warn: @Sendable (String) -> Void
    private let now: @Sendable () -> Timestamp
    private var connection: (queue: DatabaseQueue, identity: [UInt64]?)?
    /// The newest totals that were read or made.
    private var remembered = RunTotals()
    /// The totals that the file had when it was last in use: what a new file starts with.
    private var saved = RunTotals()
    /// What couldn't be written yet, in order. It is done first as soon as the file can be used again, so that no total goes back.
    private var unsaved: [Work] = []
    /// Whether the file is known to fail: each outage is told of once.
    private var isFailing = false
    private var decoded: (document: String, totals: RunTotals)?

    private typealias Work = (Database, inout RunTotals) throws -> Void

    /// - Parameters:
    ///   - directory: where the file lies; it is made where it is missing.
    ///   - databaseName: which application's database the history is about.
    ///   - warn: is told in a sentence what went wrong and what was done.
    /// - Throws: `StoreError` when the directory can't be used.
    package init(
        directory: String, databaseName: String, now: @escaping @Sendable () -> Timestamp,
        warn: @escaping @Sendable (String) -> Void
    ) throws(StoreError) {
        file = StateFile(directory: directory)
        self.databaseName = databaseName
        self.warn = warn
        self.now = now
        try file.prepareDirectory()
    }

    package func begin(_ record: RunRecord) {
        let moment = now()
        write { [databaseName] database, totals in
            for var lost in try RunRows.unfinished(database: databaseName, in: database) {
                lost.phase = .over(.failed)
                lost.finishedAt = moment
                lost.error = "the process ended before the run did; the batches that it finished are kept"
                try RunRows.finish(lost, in: database)
                if !lost.request.dryRun { totals.addLostRun(trigger: lost.request.trigger) }
            }
            try RunRows.insert(record, database: databaseName, in: database)
        }
    }

    package func finish(_ record: RunRecord, report: RunReport) {
        let oldest = now() - StateDatabase.keep
        write { [databaseName] database, totals in
            try RunRows.insert(record, database: databaseName, in: database)
            try RunRows.finish(record, in: database)
            try RunRows.prune(before: oldest, in: database)
            totals.add(report)
        }
    }

    package func noteSkipped(_ reason: SkippedRunReason, count: Int) {
        write { _, totals in totals.addSkippedRun(reason, count: count) }
    }

    package func totals() -> RunTotals {
        read()
        return remembered
    }

    package func runs(phase: RunRecord.Phase?, limit: Int, offset: Int) -> RunPage {
        var page = RunPage(runs: [], total: 0)
        read { database in
            page = try RunRows.page(database: databaseName, phase: phase, limit: limit, offset: offset, in: database)
        }
        return page
    }

    package func run(id: String) -> RunRecord? {
        var found: RunRecord?
        read { database in found = try RunRows.find(id, database: databaseName, in: database) }
        return found
    }

    package func lastScheduledStart() -> Timestamp? {
        var found: Timestamp?
        read { database in
            found = try RunRows.lastStart(database: databaseName, triggers: [.schedule, .startup], in: database)
        }
        return found
    }

    private func read(_ work: (Database) throws -> Void = { _ in }) {
        _ = attempt(.deferred) { database, _ in try work(database) }
    }

    private func write(_ work: @escaping Work) {
        if !attempt(.immediate, work) { unsaved.append(work) }
    }

    /// Does `work` in one transaction together with the totals. Where the file fails, it is made anew and the work done once more;
    /// where that fails too, the totals live on in memory.
    /// - Returns: whether the file could be used.
    private func attempt(
        _ kind: Database.TransactionKind, _ work: (Database, inout RunTotals) throws -> Void
    ) -> Bool {
        do {
            do {
                try transact(kind, work)
            } catch let error where isDamage(error) {
                try replaceFile(because: error)
                try transact(kind, work)
            }
        } catch {
            if !isFailing {
                warn(
                    "the state database \(file.path) can't be used, the totals are kept in memory alone: \(sentence(error))"
                )
            }
            isFailing = true
            connection = nil
            try? keepInMemory(work)
            return false
        }
        isFailing = false
        return true
    }

    private func transact(_ kind: Database.TransactionKind, _ work: (Database, inout RunTotals) throws -> Void) throws {
        let queue = try open()
        var result = saved
        try queue.writeWithoutTransaction { database in
            try database.inTransaction(unsaved.isEmpty ? kind : .immediate) {
                let before = try storedTotals(database)
                var totals = before ?? saved
                for earlier in unsaved { try earlier(database, &totals) }
                try work(database, &totals)
                // A file without totals is a new one: it takes over what is remembered.
                if totals != before { try store(totals, in: database) }
                result = totals
                return .commit
            }
        }
        remembered = result
        saved = result
        unsaved = []
    }

    /// The work on a database that is thrown away: its effect on the totals stays.
    private func keepInMemory(_ work: (Database, inout RunTotals) throws -> Void) throws {
        let scratch = try DatabaseQueue()
        try StateFile.migrations.migrate(scratch)
        var totals = remembered
        try scratch.writeWithoutTransaction { try work($0, &totals) }
        remembered = totals
    }

    private func open() throws -> DatabaseQueue {
        let identity = file.identity
        if let connection {
            if connection.identity == identity { return connection.queue }
            warn("the state database \(file.path) was removed or replaced: going on with the file that is there now")
            self.connection = nil
        }
        let queue = try file.open()
        connection = (queue, file.identity)
        return queue
    }

    private func replaceFile(because error: any Error) throws {
        connection = nil
        let aside = try file.setAside(at: now())
        let place = aside.map { " and was set aside as \($0)" } ?? ""
        warn("the state database \(file.path) is damaged (\(sentence(error)))\(place); a new one is made")
    }

    private func isDamage(_ error: any Error) -> Bool {
        if let error = error as? StoreError { return error.code == .corrupt }
        guard let error = error as? DatabaseError else { return error is DecodingError }
        return [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR].contains(error.resultCode)
    }

    private func sentence(_ error: any Error) -> String {
        StoreError(translating: error, path: file.path).message
    }

    private func storedTotals(_ database: Database) throws -> RunTotals? {
        let sql = "SELECT document FROM totals WHERE database = ?"
        guard let document = try String.fetchOne(database, sql: sql, arguments: [databaseName]) else { return nil }
        // The totals are asked for many times a minute and change once a run.
        if let decoded, decoded.document == document { return decoded.totals }
        let totals = try JSONDecoder().decode(RunTotals.self, from: Data(document.utf8))
        decoded = (document, totals)
        return totals
    }

    private func store(_ totals: RunTotals, in database: Database) throws {
        let document = String(decoding: try JSONEncoder().encode(totals), as: UTF8.self)
        let sql = "INSERT INTO totals VALUES (?, ?) ON CONFLICT (database) DO UPDATE SET document = excluded.document"
        try database.execute(sql: sql, arguments: [databaseName, document])
    }
}
