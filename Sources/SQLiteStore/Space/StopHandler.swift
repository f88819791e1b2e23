import GRDB
import GRDBSQLite

/// Ends a long statement from within.
///
/// `sqlite3_interrupt` is lost when it comes just before the statement starts; SQLite's progress handler asks again and again.
final class StopHandler {
    /// How many of SQLite's instructions run between two questions: far below a millisecond's worth.
    private static let instructions: CInt = 1000

    fileprivate let isStopping: () -> Bool

    init(isStopping: @escaping () -> Bool) {
        self.isStopping = isStopping
    }

    /// Does `work`, whose statements fail with SQLITE_INTERRUPT once it is time to stop.
    func guarding<Value>(_ database: Database, _ work: () throws -> Value) rethrows -> Value {
        // The handler holds a bare pointer, so this object must outlive it.
        try withExtendedLifetime(self) {
            sqlite3_progress_handler(
                database.sqliteConnection, StopHandler.instructions, askStopHandler,
                Unmanaged.passUnretained(self).toOpaque())
            defer { sqlite3_progress_handler(database.sqliteConnection, 0, nil, nil) }
            return try work()
        }
    }
}

/// A free function, since SQLite calls it on the database's own thread.
private func askStopHandler(_ handler: UnsafeMutableRawPointer?) -> CInt {
    guard let handler else { return 0 }
    return Unmanaged<StopHandler>.fromOpaque(handler).takeUnretainedValue().isStopping() ? 1 : 0
}
