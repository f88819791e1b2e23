import GRDB
import GRDBSQLite
import Sweeping

/// SQLite's own cascade on one connection. Outside a transaction only: inside, SQLite doesn't listen.
enum CascadeSwitch {
    /// Does `work` without SQLite's own cascade.
    /// - Throws: also where the cascade can't be had back, since nothing may be deleted then any more.
    static func off<Value>(_ database: Database, _ work: () throws -> Value) throws -> Value {
        guard set("OFF", database) else { throw StoreError(.other, "foreign keys can't be switched off") }
        let result = Result { try work() }
        guard set("ON", database) else { throw StoreError(.inputOutput, "foreign keys can't be switched on again") }
        return try result.get()
    }

    /// Asks SQLite itself: GRDB would refuse it after the task was cancelled, and then statements that were compiled without the
    /// cascade could stay in its cache.
    /// - Returns: whether it is as wished now.
    private static func set(_ state: String, _ database: Database) -> Bool {
        let handle = database.sqliteConnection
        guard sqlite3_exec(handle, "PRAGMA foreign_keys = \(state)", nil, nil, nil) == SQLITE_OK else { return false }
        var question: OpaquePointer?
        defer { sqlite3_finalize(question) }
        guard sqlite3_prepare_v2(handle, "PRAGMA foreign_keys", -1, &question, nil) == SQLITE_OK,
            sqlite3_step(question) == SQLITE_ROW
        else { return false }
        return (sqlite3_column_int(question, 0) != 0) == (state == "ON")
    }
}
