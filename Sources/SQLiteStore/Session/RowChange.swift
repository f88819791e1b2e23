import GRDB
import GRDBSQLite
import Sweeping

/// Changes single rows inside a transaction, each under its guards.
struct RowChange {
    let database: Database
    let plan: WritePlan
    let rows: [PlannedRow<RowKey>]
    private let change: BoundStatement
    /// Hands on what goes; nil where nothing is kept.
    private let capture: RowCapture?
    private let suspicion: Suspicion
    /// Deletes what goes along too deep below a row before the row itself; nil where nothing is expected to.
    private let deep: DeepCascade?

    /// - Throws: `StoreError` for what is wrong with the statement itself, which is no row's fault.
    init(
        _ plan: WritePlan, of rows: [PlannedRow<RowKey>], keeping capture: RowCapture?, _ suspicion: Suspicion,
        in database: Database
    ) throws {
        self.database = database
        self.suspicion = suspicion
        deep = suspicion.isOfDepth ? try plan.deepCascade(in: database) : nil
        self.capture = capture
        self.plan = plan
        self.rows = rows
        change = BoundStatement(try plan.prepare(in: database), in: database)
    }

    /// Lets go of the last values.
    func clear() { change.clear() }

    func id(_ index: Int) -> Value { rows[index].key.id }

    /// - Parameter carefully: makes the change so that it can be undone alone, and finds out whether it was refused.
    /// - Throws: `DatabaseError` where the whole transaction is of no use any more.
    func callAsFunction(_ index: Int, carefully: Bool) throws -> BatchOutcome.Row {
        let row = rows[index]
        // In a dry run it is still there.
        if let counter = plan.counter, counter.rehearses, counter.isGone(row.key) { return .gone }
        if let reach = plan.reach, try reach.isReached(from: row.key, unless: plan.settled, in: database) {
            return .spared
        }
        let result = try apply(row, carefully: carefully)
        return result == .changed && plan.counter?.isGone(row.key) == true ? .gone : result
    }

    /// Does again what an earlier rehearsal did; what can't be done any more isn't.
    func again(_ row: PlannedRow<RowKey>) throws {
        guard let counter = plan.counter else {
            _ = try apply(row, carefully: true)
            return
        }
        try counter.pausing { _ = try apply(row, carefully: true) }
    }

    private func apply(_ row: PlannedRow<RowKey>, carefully: Bool) throws -> BatchOutcome.Row {
        guard carefully else {
            do {
                return try execute(row) ? .done : try leftAlone(row)
            } catch let error as DatabaseError where DeepCascade.isNeeded(for: error) {
                suspicion.expectDepth()
                throw error
            }
        }
        let clearing = try deep ?? (suspicion.isOfDepth ? plan.deepCascade(in: database) : nil)
        let mark = plan.counter?.mark
        capture?.setMark()
        func undo() throws {
            try run("ROLLBACK TO change")
            capture?.goBack()
            if let mark { plan.counter?.goBack(to: mark) }
        }
        do {
            try run("SAVEPOINT change")
            if let obstacles = plan.obstacles, try !clear(obstacles, from: row) {
                try run("RELEASE change")
                return .done
            }
            if let clearing, try plan.statement.holds(row.key, in: database) {
                _ = try clearing.clear(below: row.key, in: database)
            }
            let done = try execute(row)
            let refusal = done ? refusalAtCommit : try refusalInSilence(row)
            // What went from below it, or was in its way, went for the sake of a row that stays.
            if refusal != nil || !done { try undo() }
            try run("RELEASE change")
            return try refusal.map { .refused($0) } ?? (done ? .done : leftAlone(row))
        } catch let error as DatabaseError where error.blamesRow && database.isInsideTransaction {
            // RAISE(FAIL) keeps what the statement did so far, so the row has to be put back.
            try undo()
            try run("RELEASE change")
            if clearing == nil, DeepCascade.isNeeded(for: error) {
                suspicion.expectDepth()
                return try apply(row, carefully: true)
            }
            return .refused(error.reason)
        }
    }

    /// Why a row wasn't changed that nothing refused.
    private func leftAlone(_ row: PlannedRow<RowKey>) throws -> BatchOutcome.Row {
        guard plan.statement.patientQuestion != nil else { return .changed }
        return try plan.statement.stands(row.key, in: database) ? .awaiting : .changed
    }

    private func clear(_ obstacles: Obstacles, from row: PlannedRow<RowKey>) throws -> Bool {
        guard let counter = plan.counter else { return try obstacles.clear(row.key.id, in: database) }
        var isClear = true
        try counter.pausing { isClear = try obstacles.clear(row.key.id, in: database) }
        return isClear
    }

    private func run(_ sql: String) throws {
        try database.cachedStatement(sql: sql).execute()
    }

    /// - Returns: whether the row still was what it was when it was read, and is changed.
    private func execute(_ row: PlannedRow<RowKey>) throws -> Bool {
        let values = plan.values(row.values)
        try capture?.expect(row.key, in: database)
        func execute() throws {
            try change.execute(values, row.key.locator, row.key.guards, plan.statement.also)
        }
        if let counter = plan.counter { try counter.deleting(row.key, execute) } else { try execute() }
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
    private func refusalInSilence(_ row: PlannedRow<RowKey>) throws -> String? {
        let stands = try plan.statement.holds(row.key, in: database)
        return stands ? "a trigger of the database keeps this row as it is" : nil
    }
}

extension DatabaseError {
    var reason: String {
        message ?? "the database refused the change"
    }

    /// Whether one row's values brought the error about, and not the state of the database. A statement that can't be run at all fails
    /// with SQLITE_ERROR too, but already when it is prepared.
    var blamesRow: Bool {
        [.SQLITE_CONSTRAINT, .SQLITE_ERROR, .SQLITE_MISMATCH, .SQLITE_TOOBIG].contains(resultCode)
    }
}
