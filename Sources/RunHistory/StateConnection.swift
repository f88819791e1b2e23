import GRDB
import Sweeping

/// The open state database and the totals in it: every piece of work is one transaction, and the file may go, come back or be
/// damaged in between. It belongs to one actor.
struct StateConnection {
    typealias Work = (Database, inout RunTotals) throws -> Void

    private struct Open {
        var queue: DatabaseQueue
        var identity: StateFile.Identity?
        /// The totals that were read last, and what SQLite counted of others' changes then.
        var read: (version: Int, totals: RunTotals?)?
    }

    private let file: StateFile
    private let databaseName: String
    private let now: @Sendable () -> Timestamp
    private let warn: @Sendable (String) -> Void
    private var connection: Open?
    /// Which file was opened last, or was to be.
    private var opened: StateFile.Identity?
    /// The newest totals that were read or made.
    private(set) var totals = RunTotals()
    /// The totals that the file had when it was last in use: what a new file starts with.
    private var saved = RunTotals()
    /// What couldn't be written yet, in order. It is done first as soon as the file can be used again, so that no total goes back.
    private var unsaved: [Work] = []
    /// Whether the file is known to fail: each outage is told of once.
    private var isFailing = false
    /// Whether it could be used last time.
    var isUsable: Bool { !isFailing }

    /// Opens the file at once, so that one of a newer version is refused before anything begins. Whatever else is wrong with it is
    /// told when it is first used.
    /// - Throws: `StoreError` with `newer`.
    init(
        _ file: StateFile, databaseName: String, now: @escaping @Sendable () -> Timestamp,
        warn: @escaping @Sendable (String) -> Void
    ) throws(StoreError) {
        self.file = file
        self.databaseName = databaseName
        self.now = now
        self.warn = warn
        do {
            _ = try open()
        } catch let error as StoreError where error.code == .newer {
            throw error
        } catch {}
    }

    mutating func read(_ work: (Database) throws -> Void = { _ in }) {
        _ = attempt(.deferred) { database, _ in try work(database) }
    }

    /// Does `work` now, or as soon as the file can be used again; its effect on the totals shows at once.
    /// - Parameter later: what is to be done then instead.
    mutating func write(_ work: @escaping Work, later: Work? = nil) {
        if !attempt(.immediate, work) { unsaved.append(later ?? work) }
    }

    /// Does `work` now or not at all.
    mutating func tryToWrite(_ work: Work) -> Bool {
        attempt(.immediate, work)
    }

    /// Does `work` in one transaction together with the totals. Where the file is damaged, it is made anew and the work done once
    /// more; where that fails too, the totals live on in memory.
    /// - Returns: whether the file could be used.
    private mutating func attempt(_ kind: Database.TransactionKind, _ work: Work) -> Bool {
        do {
            do {
                try transact(kind, work)
            } catch let error where StateTrouble.isDamage(error) {
                try replaceFile(because: error)
                try transact(kind, work)
            }
        } catch {
            if !isFailing {
                warn(
                    "the state database \(file.path) can't be used, the totals are kept in memory alone:"
                        + " \(StateTrouble.sentence(error))")
            }
            isFailing = true
            connection = nil
            keepInMemory(work)
            return false
        }
        isFailing = false
        return true
    }

    private mutating func transact(_ kind: Database.TransactionKind, _ work: Work) throws {
        let open = try open()
        var result = saved
        var version = 0
        try open.queue.writeWithoutTransaction { database in
            try database.inTransaction(unsaved.isEmpty ? kind : .immediate) {
                version = try Int.fetchOne(database, sql: "PRAGMA data_version") ?? 0
                // The totals are asked for many times a minute and change once a run.
                let before =
                    if let read = open.read, read.version == version {
                        read.totals
                    } else {
                        try TotalRows.read(database: databaseName, in: database)
                    }
                // A file without totals is a new one: it takes over what is remembered.
                result = before ?? saved
                for earlier in unsaved { try earlier(database, &result) }
                try work(database, &result)
                let old = before ?? RunTotals()
                if result != old {
                    try TotalRows.write(from: old, to: result, database: databaseName, in: database)
                }
                return .commit
            }
        }
        connection?.read = (version, result)
        totals = result
        saved = result
        unsaved = []
    }

    /// The work on a database that is thrown away: its effect on the totals stays.
    private mutating func keepInMemory(_ work: Work) {
        do {
            let scratch = try DatabaseQueue()
            try StateMigrations.migrate(scratch)
            var result = totals
            try scratch.writeWithoutTransaction { try work($0, &result) }
            totals = result
        } catch {
            warn("something couldn't even be kept in memory: \(StateTrouble.sentence(error))")
        }
    }

    private mutating func open() throws -> Open {
        let identity = file.identity
        if let connection {
            if connection.identity == identity { return connection }
            warn("the state database \(file.path) was removed or replaced: going on with the file that is there now")
            self.connection = nil
        }
        opened = identity
        let open = Open(queue: try file.open(), identity: file.identity)
        opened = open.identity
        connection = open
        return open
    }

    /// - Throws: `StoreError` when the damaged file can't be renamed.
    private mutating func replaceFile(because error: any Error) throws {
        connection = nil
        let aside = try file.setAside(opened, at: now())
        let place = aside.map { " and was set aside as \($0)" } ?? ""
        warn(
            "the state database \(file.path) is damaged (\(StateTrouble.sentence(error)))\(place); a new one is made")
    }
}
