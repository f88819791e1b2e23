import GRDB
import GRDBSQLite
import Sweeping

/// Changes single rows inside a transaction, each under its guards.
struct RowChange {
    let database: Database
    let statement: GuardedStatement
    /// What the statement sets in a row, if anything.
    let values: (Int) -> [Value]
    /// Names a row, and says what it was when it was read.
    let key: (Int) -> RowKey
    /// Counts what goes with deleted rows; nil where none are deleted.
    let counter: DeletionCounter?
    private let change: BoundStatement

    /// - Throws: `DatabaseError` for what is wrong with the statement itself, which is no row's fault.
    init(
        database: Database, statement: GuardedStatement, counter: DeletionCounter? = nil,
        values: @escaping (Int) -> [Value], key: @escaping (Int) -> RowKey
    ) throws {
        self.database = database
        self.statement = statement
        self.counter = counter
        self.values = values
        self.key = key
        change = BoundStatement(try database.cachedStatement(sql: statement.sql), in: database)
    }

    /// Lets go of the last values.
    func clear() { change.clear() }

    func id(_ index: Int) -> Value { key(index).id }

    /// - Parameter carefully: makes the change so that it can be undone alone, and finds out whether it was refused.
    /// - Throws: `DatabaseError` where the whole transaction is of no use any more.
    func callAsFunction(_ index: Int, carefully: Bool) throws -> BatchOutcome.Row {
        guard carefully else { return try execute(index) ? .done : .changed }
        let mark = counter?.mark
        func undo() throws {
            try run("ROLLBACK TO change")
            if let mark { counter?.goBack(to: mark) }
        }
        do {
            try run("SAVEPOINT change")
            let done = try execute(index)
            let refusal = done ? refusalAtCommit : try refusalInSilence(index)
            if refusal != nil { try undo() }
            try run("RELEASE change")
            return refusal.map { .refused($0) } ?? (done ? .done : .changed)
        } catch let error as DatabaseError where error.blamesRow && database.isInsideTransaction {
            // RAISE(FAIL) keeps what the statement did so far, so the row has to be put back.
            try undo()
            try run("RELEASE change")
            return .refused(error.reason)
        }
    }

    private func run(_ sql: String) throws {
        try database.cachedStatement(sql: sql).execute()
    }

    /// - Returns: whether the row still was what it was when it was read, and is changed.
    private func execute(_ index: Int) throws -> Bool {
        let key = key(index)
        try change.execute(values(index), key.locator, key.guards, statement.also)
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
        return try statement.holds(key(index), in: database) ? "a trigger of the database keeps this row as it is" : nil
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
