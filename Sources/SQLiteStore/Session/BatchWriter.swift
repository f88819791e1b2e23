import GRDB
import GRDBSQLite
import Sweeping

/// Carries out one batch as one short transaction, row by row.
///
/// A refused row doesn't stop the others. Where a trigger threw the whole transaction away, the batch is cut in halves until the row
/// that caused it stands alone, so that it costs only itself.
struct BatchWriter {
    /// While a commit waits for readers to go, SQLite lets no new ones in: better to give up soon and try again.
    private static let commitPatience: Duration = .milliseconds(100)
    private static let retryPause: Duration = .milliseconds(50)
    /// Between the parts of a batch that was cut up, other writers get in.
    private static let partPause: Duration = .milliseconds(5)

    let database: Database
    let gate: BusyGate
    let busyTimeout: Duration
    /// Undo everything at the end: a dry run that has to try.
    let rehearsal: Bool
    /// Whether the database may refuse single rows: then each row's change can be undone alone.
    let mayRefuse: Bool
    let statement: GuardedStatement
    /// What the statement sets in a row, if anything.
    let values: (Int) -> [DatabaseValue]
    /// Names a row, and says what it was when it was read.
    let key: (Int) -> RowKey
    /// What goes with the rows, where SQLite's own cascade isn't to see to it. Their ids are the first of the guards.
    var children: ChildRows?

    private enum Trial: Error {
        /// The transaction can't be had as a whole.
        case inParts
    }

    /// - Returns: the rows that were tried, in order; the last ones are missing where the run is to end in the middle of a batch
    ///   that was cut up, or where the database failed there.
    func run(count: Int) throws -> BatchOutcome {
        // What is wrong with the statement itself shows here, and is no row's fault.
        let change = BoundStatement(try database.cachedStatement(sql: statement.sql), in: database)
        defer { change.clear() }
        var outcome = BatchOutcome(rows: [])
        if children != nil {
            try CascadeSwitch.off(database) { try run(0..<count, by: change, into: &outcome) }
        } else {
            try run(0..<count, by: change, into: &outcome)
        }
        return outcome
    }

    private func run(_ rows: Range<Int>, by change: BoundStatement, into outcome: inout BatchOutcome) throws {
        guard outcome.rows.count == rows.lowerBound else { return }
        do {
            try patiently(rows, by: change, into: &outcome)
        } catch Trial.inParts {
            let middle = rows.lowerBound + rows.count / 2
            for part in [rows.lowerBound..<middle, middle..<rows.upperBound] {
                pause(BatchWriter.partPause)
                if gate.isOver { return }
                try run(part, by: change, into: &outcome)
            }
        } catch  where !outcome.rows.isEmpty {
            // What the parts before it did is done; the rest will be asked for again.
            return
        }
    }

    private func pause(_ length: Duration) {
        gate.allow(length)
        while gate.wait() {}
    }

    /// Tries until the lock was had for as long as it took, or the patience is over.
    private func patiently(_ rows: Range<Int>, by change: BoundStatement, into outcome: inout BatchOutcome) throws {
        let deadline = MonotonicTime.now() + busyTimeout
        while true {
            do {
                outcome.rows += try transaction(rows, by: change, outcome: &outcome, deadline: deadline)
                return
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && MonotonicTime.now() < deadline
            {
                pause(BatchWriter.retryPause)
                if gate.isOver { throw error }
            }
        }
    }

    private func transaction(
        _ rows: Range<Int>, by change: BoundStatement, outcome: inout BatchOutcome, deadline: Duration
    ) throws -> [BatchOutcome.Row] {
        let foresight = try children?.foresee(rows.map(id), in: database)
        let asked = MonotonicTime.now()
        gate.allow(deadline - asked)
        try database.beginTransaction(.immediate)
        let begun = MonotonicTime.now()
        outcome.waited += begun - asked
        var fixed = Duration.zero
        defer {
            outcome.note(
                held: MonotonicTime.now() - begun, fixed: fixed, price: max(fixed, foresight?.price ?? .zero))
        }
        gate.allow(BatchWriter.commitPatience)
        do {
            try children?.check(database)
            let results = try rows.map { try self.change($0, by: change, alone: rows.count == 1) }
            if let children {
                fixed = try delete(children, with: Array(zip(rows, results)), foresight)
            }
            if rehearsal {
                try database.rollback()
            } else {
                gate.allow(BatchWriter.commitPatience)
                try database.commit()
            }
            return results
        } catch {
            if database.isInsideTransaction { try database.rollback() }
            guard let refusal = error as? DatabaseError, refusal.resultCode == .SQLITE_CONSTRAINT else { throw error }
            guard rows.count == 1 else { throw Trial.inParts }
            return [.refused(refusal.reason)]
        }
    }

    private func id(_ index: Int) -> DatabaseValue { key(index).guards[0] }

    /// - Returns: how much of the time was no row's doing.
    private func delete(
        _ children: ChildRows, with results: [(index: Int, result: BatchOutcome.Row)],
        _ foresight: ChildRows.Foresight?
    ) throws -> Duration {
        let gone = results.filter { $0.result == .done }.map { id($0.index) }
        guard !gone.isEmpty else { return .zero }
        return try children.delete(with: gone, gone.count == results.count ? foresight : nil, in: database)
    }

    private func change(_ index: Int, by change: BoundStatement, alone: Bool) throws -> BatchOutcome.Row {
        guard mayRefuse else { return try execute(index, by: change) ? .done : .changed }
        do {
            try run("SAVEPOINT change")
            let done = try execute(index, by: change)
            let refusal = done ? refusalAtCommit : try refusalInSilence(index)
            if refusal != nil { try run("ROLLBACK TO change") }
            try run("RELEASE change")
            return refusal.map { .refused($0) } ?? (done ? .done : .changed)
        } catch let error as DatabaseError where error.blamesRow {
            // Still inside: only this row is to be undone. Outside: a trigger threw everything away.
            guard database.isInsideTransaction else {
                if alone { throw error }
                throw Trial.inParts
            }
            // RAISE(FAIL) keeps what the statement did so far, so the row has to be put back.
            try run("ROLLBACK TO change")
            try run("RELEASE change")
            return .refused(error.reason)
        }
    }

    private func run(_ sql: String) throws {
        try database.cachedStatement(sql: sql).execute()
    }

    /// - Returns: whether the row still was what it was when it was read, and is changed.
    private func execute(_ index: Int, by change: BoundStatement) throws -> Bool {
        let key = key(index)
        try change.execute(values(index), [key.locator], key.guards)
        return database.changesCount > 0
    }

    /// A foreign key that is checked only at the commit (DEFERRABLE INITIALLY DEFERRED) would refuse it there, with the whole batch.
    private var refusalAtCommit: String? {
        var unresolved: CInt = 0
        var peak: CInt = 0
        sqlite3_db_status(database.sqliteConnection, SQLITE_DBSTATUS_DEFERRED_FKS, &unresolved, &peak, 0)
        return unresolved == 0 ? nil : "FOREIGN KEY constraint failed"
    }

    /// A row that still is what it was and yet didn't change was kept by a trigger, with RAISE(IGNORE).
    private func refusalInSilence(_ index: Int) throws -> String? {
        let stands = try Bool.fetchOne(
            try database.cachedStatement(sql: statement.question), arguments: statement.arguments(key(index)))
        return stands == true ? "a trigger of the database keeps this row as it is" : nil
    }
}

extension DatabaseError {
    fileprivate var reason: String {
        message ?? "the database refused the change"
    }

    /// Whether one row's values brought the error about, and not the state of the database. A statement that can't be run at all fails
    /// with SQLITE_ERROR too, but already when it is prepared.
    fileprivate var blamesRow: Bool {
        [.SQLITE_CONSTRAINT, .SQLITE_ERROR, .SQLITE_MISMATCH, .SQLITE_TOOBIG].contains(resultCode)
    }
}
