import GRDB
import GRDBSQLite

/// Counts the rows that go while rows of one table are deleted: by cascade, by trigger, or by a statement of ours. SQLite tells of each,
/// but for tables without row numbers.
final class DeletionCounter {
    private let table: [CChar]
    /// Rows of the table itself, and of all others.
    private var own = 0
    private var others = 0

    /// - Parameter table: whose rows are deleted on purpose.
    init(of table: TableShape) {
        self.table = Array(table.name.utf8CString)
    }

    /// A moment that can be gone back to where what came after it was undone.
    struct Mark {
        fileprivate let own: Int
        fileprivate let others: Int
    }

    var mark: Mark { Mark(own: own, others: others) }

    func goBack(to mark: Mark) {
        own = mark.own
        others = mark.others
    }

    func reset() {
        own = 0
        others = 0
    }

    /// How many rows went along with so many that were deleted on purpose.
    func dependents(of deleted: Int) -> Int { others + max(0, own - deleted) }

    /// Does `work` while it counts.
    func counting<Value>(_ database: Database, _ work: () throws -> Value) rethrows -> Value {
        // SQLite holds a bare pointer, so this object must outlive the work.
        try withExtendedLifetime(self) {
            sqlite3_update_hook(
                database.sqliteConnection, noteDeletion, Unmanaged.passUnretained(self).toOpaque())
            defer { sqlite3_update_hook(database.sqliteConnection, nil, nil) }
            return try work()
        }
    }

    fileprivate func note(_ name: UnsafePointer<CChar>) {
        if table.withUnsafeBufferPointer({ sqlite3_stricmp(name, $0.baseAddress) == 0 }) {
            own += 1
        } else {
            others += 1
        }
    }
}

/// A free function, since SQLite calls it on the database's own thread.
private func noteDeletion(
    _ counter: UnsafeMutableRawPointer?, _ kind: CInt, _ database: UnsafePointer<CChar>?,
    _ table: UnsafePointer<CChar>?, _ row: sqlite3_int64
) {
    guard kind == SQLITE_DELETE, let counter, let table else { return }
    Unmanaged<DeletionCounter>.fromOpaque(counter).takeUnretainedValue().note(table)
}
