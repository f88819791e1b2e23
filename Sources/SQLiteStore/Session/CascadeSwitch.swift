import GRDB
import GRDBSQLite
import Sweeping

/// SQLite's own cascade on one connection. Outside a transaction only: inside, SQLite doesn't listen.
enum CascadeSwitch {
    /// The connection must not be used any more: what it deletes would leave orphans.
    static let lost = StoreError(
        .connectionLost, "foreign keys can't be switched on again, so nothing more is deleted over this connection")

    /// Does `work` without SQLite's own cascade. Whether it could be had back afterwards has to be asked with `isOn`: what was
    /// done is done, and counts.
    /// - Throws: `lost` where `work` failed too.
    static func off<Value>(_ database: Database, _ work: () throws -> Value) throws -> Value {
        guard set("OFF", database) else { throw StoreError(.other, "foreign keys can't be switched off") }
        let result = Result { try work() }
        let isBack = set("ON", database)
        if case .failure = result, !isBack { throw lost }
        return try result.get()
    }

    static func isOn(_ database: Database) -> Bool { state(database) == true }

    /// Asks SQLite itself: GRDB would refuse it after the task was cancelled, and then statements that were compiled without the
    /// cascade could stay in its cache.
    /// - Returns: whether it is as wished now.
    private static func set(_ wished: String, _ database: Database) -> Bool {
        let handle = database.sqliteConnection
        guard sqlite3_exec(handle, "PRAGMA foreign_keys = \(wished)", nil, nil, nil) == SQLITE_OK else { return false }
        return state(database) == (wished == "ON")
    }

    /// - Returns: nil where it can't be told.
    private static func state(_ database: Database) -> Bool? {
        var question: OpaquePointer?
        defer { sqlite3_finalize(question) }
        guard sqlite3_prepare_v2(database.sqliteConnection, "PRAGMA foreign_keys", -1, &question, nil) == SQLITE_OK,
            sqlite3_step(question) == SQLITE_ROW
        else { return nil }
        return sqlite3_column_int(question, 0) != 0
    }
}
