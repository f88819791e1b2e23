import GRDB
import GRDBSQLite

/// Ends a long statement from within.
///
/// `sqlite3_interrupt` is lost when it comes just before the statement starts; SQLite's progress handler asks again and again.
final class StopHandler {
    private let instructions: CInt
    fileprivate let isStopping: () -> Bool

    /// - Parameter instructions: how many of SQLite's instructions run between two questions; usually far below a millisecond's worth.
    init(every instructions: CInt = 1000, isStopping: @escaping () -> Bool) {
        self.instructions = instructions
        self.isStopping = isStopping
    }

    /// Does `work`, whose statements fail with SQLITE_INTERRUPT once it is time to stop.
    func guarding<Value>(_ database: Database, _ work: () throws -> Value) rethrows -> Value {
        // The handler holds a bare pointer, so this object must outlive it.
        try withExtendedLifetime(self) {
            sqlite3_progress_handler(
                database.sqliteConnection, instructions, askStopHandler,
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
