import GRDB
import Sweeping
import Synchronization

/// The tables whose rows are kept, read once a session.
final class KeptTablesMemory: Sendable {
    private let tables = Mutex<KeptTables?>(nil)

    func tables(in database: Database) throws -> KeptTables {
        if let known = tables.withLock({ $0 }), try known.schemaVersion == ChildRows.schemaVersion(database) {
            return known
        }
        let read = try KeptTables(in: database)
        tables.withLock { $0 = read }
        return read
    }
}

/// Keeping rows, and putting them back.
extension SQLiteSession {
    /// While a commit waits for readers to go, SQLite lets no new ones in: better to give up soon and try again.
    private static let commitPatience: Duration = .milliseconds(100)
    private static let retryPause: Duration = .milliseconds(50)

    /// What hands an operation's rows to the archive; nil where nothing is to be kept.
    func capture(of operation: String, in database: Database) throws -> RowCapture? {
        guard let archive = options.archive, !options.dryRun else { return nil }
        guard let ways = PreupdateWays.ofThisLibrary else {
            try archive.missAll(
                "this SQLite library doesn't tell of rows before they change (SQLITE_ENABLE_PREUPDATE_HOOK)")
            return nil
        }
        return RowCapture(into: archive, of: operation, try keptTables.tables(in: database), ways)
    }

    package func putBack(_ rows: [ArchivedRow], within hold: Duration) async throws -> PutBackOutcome {
        guard options.dryRun else { return try await putBack(within: hold) { try $0.run(rows) } }
        return try await perform { database in
            let begun = MonotonicTime.now()
            let results = try look(at: rows, within: hold, in: database)
            return PutBackOutcome(
                results: results,
                batch: BatchOutcome(rows: results.map { _ in .done }, work: MonotonicTime.now() - begun))
        }
    }

    package func look(at rows: [ArchivedRow]) async throws -> [PutBack] {
        guard !rows.isEmpty else { return [] }
        return try await perform { try look(at: rows, within: .seconds(3_600), in: $0) }
    }

    private func look(at rows: [ArchivedRow], within limit: Duration, in database: Database) throws -> [PutBack] {
        let looking = RowReturn(
            database: database, form: schema.form, tables: try keptTables.tables(in: database), onlyLooks: true,
            hold: limit)
        return try looking.run(rows).results
    }

    package func putBack(groups: [[ArchivedRow]], within hold: Duration) async throws -> PutBackOutcome {
        try await putBack(within: hold) { try $0.run(groups: groups) }
    }

    package func missingParents(of rows: [ArchivedRow], onlyInCircles: Bool) async throws -> [[ParentReference]?] {
        try await perform { database in
            try database.inOneRead {
                let keys = try ParentKeys(in: database, form: schema.form, onlyInCircles: onlyInCircles)
                return try rows.map { try keys.references(of: $0, onlyMissing: true, in: database) }
            }
        }
    }

    package func parents(of rows: [ArchivedRow]) async throws -> [[ParentReference]] {
        try await perform { database in
            try database.inOneRead {
                let keys = try ParentKeys(in: database, form: schema.form, onlyInCircles: false)
                return try rows.map { try keys.references(of: $0, onlyMissing: false, in: database) ?? [] }
            }
        }
    }

    package func referringPlaces(to table: ArchivedTable) async throws -> Set<ParentReference.Place> {
        try await perform { database in
            try ParentKeys(in: database, form: schema.form, onlyInCircles: false).places(to: table)
        }
    }

    package func references(to rows: [ArchivedRow], by place: ParentReference.Place) async throws -> [ParentReference?]
    {
        try await perform { database in
            try ParentKeys.references(to: rows, by: place, schema.form, in: database)
        }
    }

    private typealias Work = @Sendable (RowReturn) throws -> (results: [PutBack], dearest: Duration)

    private func putBack(within hold: Duration, _ work: @escaping Work) async throws -> PutBackOutcome {
        try await perform { database in
            try memory.room.widen(database)
            let othersWrote = foreignWrites.areNew(database)
            defer { changed(database) }
            let deadline = MonotonicTime.now() + options.busyTimeout
            while true {
                do {
                    return try putBack(work, within: hold, othersWrote: othersWrote, until: deadline, in: database)
                } catch let error as DatabaseError
                    where error.resultCode == .SQLITE_BUSY && MonotonicTime.now() < deadline && !gate.isOver
                {
                    gate.rest(SQLiteSession.retryPause)
                }
            }
        }
    }

    private func putBack(
        _ work: Work, within hold: Duration, othersWrote: Bool, until deadline: Duration, in database: Database
    ) throws -> PutBackOutcome {
        // With the lock there is nothing left to do but where the schema changed meanwhile.
        try keptTables.tables(in: database).triggers.make(in: database)
        let asked = MonotonicTime.now()
        gate.allow(deadline - asked)
        try database.beginTransaction(.immediate)
        let begun = MonotonicTime.now()
        do {
            let tables = try keptTables.tables(in: database)
            try tables.triggers.make(in: database)
            let returning = RowReturn(
                database: database, form: schema.form, tables: tables, onlyLooks: false, hold: hold)
            let (results, dearest) = try work(returning)
            let ending = MonotonicTime.now()
            gate.allow(SQLiteSession.commitPatience)
            try files?.check()
            try database.commit()
            let end = MonotonicTime.now()
            let fixed = memory.commitPrice.note(end - ending)
            let rest = memory.pace.rest(held: end - begun, waited: begun - asked, othersWrote: othersWrote)
            return PutBackOutcome(
                results: results,
                batch: BatchOutcome(
                    rows: results.map { _ in .done }, locksHeld: [end - begun], work: end - begun - fixed,
                    fixedHold: fixed,
                    price: fixed, rest: rest, dearestRow: dearest, logBytes: logBytes))
        } catch {
            if database.isInsideTransaction { try database.rollback() }
            try keptTables.tables(in: database).triggers.forget()
            throw error
        }
    }
}
