import Foundation
import GRDB
import Sweeping

/// The run history in a SQLite file of jobsweep's own.
///
/// The sidecar outlives its state: a file that is missing or damaged is set aside and made anew, with the totals that are still
/// in memory; while it can't be written at all, they are kept in memory alone.
package actor StateDatabase: RunHistory {
    /// How long a run is remembered.
    package static let keep: Duration = .days(400)
    /// How long rows that were put back are remembered after their time is over.
    private static let keepHeldBack: Duration = .days(90)
    /// How large the file's contents may grow, in bytes, before the oldest runs go earlier than that.
    static let largest = 256 << 20
    /// The fact that holds when the schedule last started a run, in microseconds since 1970.
    private static let lastStart = "schedule.last_start"

    /// SQLite's calls block, so this actor runs on a queue of its own and not on Swift's threads.
    private let executor = QueueExecutor(label: "jobsweep.state")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let databaseName: String
    private let warn: @Sendable (String) -> Void
    private let now: @Sendable () -> Timestamp
    private var file: StateConnection
    /// Whether records that can't be read were told of.
    private var hasToldOfUnreadable = false
    /// Facts that couldn't be written yet. They are done first as soon as the file can be used again.
    private var unsavedFacts: [String: String?] = [:]
    /// What was found last: rows stay out of reach while the file can't be read.
    private var lastHeldBack = HeldBack()

    /// - Parameters:
    ///   - directory: where the file lies; it is made where it is missing.
    ///   - databaseName: which application's database the history is about.
    ///   - warn: is told in a sentence what went wrong and what was done.
    /// - Throws: `StoreError` when the directory can't be used, or a newer version of jobsweep has made the file its own.
    package init(
        directory: String, databaseName: String, now: @escaping @Sendable () -> Timestamp,
        warn: @escaping @Sendable (String) -> Void
    ) throws(StoreError) {
        self.databaseName = databaseName
        self.warn = warn
        self.now = now
        let file = StateFile(directory: directory)
        try file.prepareDirectory()
        self.file = try StateConnection(file, databaseName: databaseName, now: now, warn: warn)
    }

    package func begin(_ record: RunRecord) {
        let moment = now()
        let lost = "the process ended before the run did; the batches that it finished are kept"
        func note(_ database: Database) throws {
            try RunRows.insert(record, database: databaseName, in: database)
            guard [.schedule, .startup].contains(record.request.trigger), !record.request.dryRun else { return }
            try FactRows.store(
                "\(record.startedAt.microseconds)", as: StateDatabase.lastStart, database: databaseName, in: database)
        }
        file.write { database, totals in
            for run in try RunRows.closeLost(database: self.databaseName, at: moment, error: lost, in: database) {
                totals.addLostRun(trigger: run.trigger, counts: run.counts)
            }
            try note(database)
        } later: { database, _ in
            // By then this run doesn't have the lease any more, and what is under way may be another's.
            try note(database)
        }
    }

    package func note(_ report: RunReport) {
        // Each batch has to be told of and none waits: a file that fails is tried again at the run's end.
        guard file.isUsable else { return }
        _ = file.tryToWrite { database, _ in
            try RunRows.note(.soFar(report), of: report.request.runID, in: database)
        }
    }

    package func finish(_ record: RunRecord, report: RunReport) {
        let now = now()
        file.write { [databaseName] database, totals in
            try RunRows.insert(record, database: databaseName, in: database)
            try RunRows.finish(record, in: database)
            totals.add(report)
            // A run may have failed because the clock can't be believed: then nothing is as old as it seems.
            guard report.status != .failed else { return }
            try HeldBackRows.deleteOver(at: now - StateDatabase.keepHeldBack, in: database)
            try RunRows.prune(before: now - StateDatabase.keep, above: StateDatabase.largest, in: database)
        }
    }

    package func finish(restore record: RunRecord) -> Bool {
        file.write { [databaseName] database, _ in
            try RunRows.insert(record, database: databaseName, in: database)
            try RunRows.finish(record, in: database)
        }
        return file.isUsable
    }

    package func noteSkipped(_ reason: SkippedRunReason, count: Int) {
        file.write { _, totals in totals.addSkippedRun(reason, count: count) }
    }

    package func totals() -> RunTotals {
        file.read()
        return file.totals
    }

    package func runs(phase: RunRecord.Phase?, limit: Int, offset: Int) -> RunPage {
        var found = (page: RunPage(runs: [], total: 0), unreadable: 0)
        file.read { database in
            found = try RunRows.page(database: databaseName, phase: phase, limit: limit, offset: offset, in: database)
        }
        if found.unreadable > 0, !hasToldOfUnreadable {
            hasToldOfUnreadable = true
            warn("runs in the state database that this version of jobsweep can't read are left out of lists")
        }
        return found.page
    }

    package func list(_ filter: RunFilter, limit: Int, offset: Int) -> RunPage {
        var found = RunPage(runs: [], total: 0)
        file.read { database in
            found = try RunListRows.page(
                filter, database: databaseName, limit: limit, offset: offset, in: database)
        }
        return found
    }

    package func days(since start: Timestamp) -> [RunDay] {
        var found: [RunDay] = []
        file.read { database in found = try RunListRows.days(since: start, database: databaseName, in: database) }
        return found
    }

    package func run(id: String) -> RunRecord? {
        var found: RunRecord?
        file.read { database in found = try RunRows.find(id, database: databaseName, in: database) }
        return found
    }

    package func lastScheduledStart() -> Timestamp? {
        // A start that lies ahead was noted under a wrong clock.
        let now = now()
        var found: [Timestamp] = []
        file.read { database in
            let row = try RunRows.lastStart(
                database: databaseName, triggers: [.schedule, .startup], until: now, in: database)
            let fact = try FactRows.find(StateDatabase.lastStart, database: databaseName, in: database)
            found = [row, fact.flatMap { Int64($0) }.map(Timestamp.init(microseconds:))].compactMap(\.self)
        }
        return found.filter { $0 <= now }.max()
    }

    package func usualRows(since start: Timestamp) -> [OperationName: UsualRows] {
        var found: [OperationName: UsualRows] = [:]
        file.read { [databaseName] database in
            found = try RunRows.usual(database: databaseName, since: start, in: database)
        }
        return found
    }

    package func holdBack(_ rows: [HeldBack.Row], until: Timestamp) -> Bool {
        guard !rows.isEmpty else { return file.isUsable }
        return file.tryToWrite { [databaseName] database, _ in
            try HeldBackRows.store(rows, until: until, database: databaseName, in: database)
        }
    }

    package func heldBack() -> HeldBack {
        let now = now()
        var found = HeldBack()
        file.read { [databaseName] database in
            found = try HeldBackRows.find(database: databaseName, at: now, in: database)
        }
        if file.isUsable { lastHeldBack = found }
        return lastHeldBack
    }

    package func fact(_ name: String) -> String? {
        if let unsaved = unsavedFacts[name] { return unsaved }
        return fact(name, of: databaseName)
    }

    package func fact(_ name: String, of databaseName: String) -> String? {
        var found: String?
        file.read { database in found = try FactRows.find(name, database: databaseName, in: database) }
        return found
    }

    package func remember(_ json: String?, as name: String) {
        unsavedFacts[name] = .some(json)
        let facts = unsavedFacts
        let wrote = file.tryToWrite { [databaseName] database, _ in
            for (name, value) in facts {
                if let value {
                    try FactRows.store(value, as: name, database: databaseName, in: database)
                } else {
                    try FactRows.delete(name, database: databaseName, in: database)
                }
            }
        }
        if wrote { unsavedFacts = [:] }
    }
}
