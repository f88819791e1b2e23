import GRDB
import GRDBSQLite

/// Counts the rows that go along while rows of one table are deleted: by cascade, by trigger, or by a statement of ours. SQLite tells of
/// each, but for tables without row numbers, of which only its count of all changes knows.
final class DeletionCounter {
    private let table: TableShape
    private let name: SQLName
    private let cName: [CChar]
    private let gone: GoneRows
    /// Tables that are another one's inside, such as a full-text index'.
    private let shadows: Set<SQLName>
    /// Whether what SQLite doesn't tell of can only be rows that went along.
    private let countsUntold: Bool
    /// Whether all is undone in the end, so that a row may be met once more.
    let rehearses: Bool

    private var tally = Tally()
    /// What was added to `gone` in this transaction.
    private var noted: [(table: SQLName, row: Int64)] = []
    /// The row that is deleted on purpose.
    private var direct: Int64?
    private var isPaused = false
    private var connection: SQLiteConnection?

    fileprivate struct Tally {
        var along = 0
        /// Rows of the table itself, where their numbers have no name to be told apart by.
        var nameless = 0
        /// Changes that SQLite told of, and its count of all of them when there were none.
        var told: Int64 = 0
        var base: Int64 = 0
    }

    /// - Parameter table: whose rows are deleted on purpose.
    init(of table: TableShape, _ gone: GoneRows, _ schema: DatabaseSchema, rehearses: Bool) {
        self.table = table
        shadows = schema.shadows
        countsUntold = !schema.mayRefuse(.delete, on: table)
        self.gone = gone
        self.rehearses = rehearses
        name = SQLName(table.name)
        cName = Array(table.name.utf8CString)
    }

    /// A moment that can be gone back to where what came after it was undone.
    struct Mark {
        fileprivate let tally: Tally
        fileprivate let noted: Int
        fileprivate let untold: Int64
    }

    var mark: Mark { Mark(tally: tally, noted: noted.count, untold: untold) }

    func goBack(to mark: Mark) {
        for (table, row) in noted[mark.noted...] { gone.remove(row, of: table) }
        noted.removeSubrange(mark.noted...)
        tally.along = mark.tally.along
        tally.nameless = mark.tally.nameless
        // SQLite's own count doesn't go back.
        tally.base += untold - mark.untold
    }

    /// A transaction begins.
    func begin() {
        noted = []
        tally = Tally(base: total)
    }

    /// The transaction was undone.
    func undo() {
        for (table, row) in noted { gone.remove(row, of: table) }
        begin()
    }

    /// How many rows went along with so many that were deleted on purpose.
    func dependents(of deleted: Int) -> Int {
        let unknown = tally.nameless + (countsUntold ? Int(untold) : 0)
        return tally.along + max(0, unknown - (table.hasRowNumber ? 0 : deleted))
    }

    /// Whether the row has gone along with another one already.
    func isGone(_ key: RowKey) -> Bool {
        gone.contains(key.locator, of: table)
    }

    /// Deletes a row on purpose.
    func deleting<Value>(_ key: RowKey, _ work: () throws -> Value) rethrows -> Value {
        direct = row(key)
        defer { direct = nil }
        return try work()
    }

    /// Does again what was counted before.
    func pausing(_ work: () throws -> Void) rethrows {
        isPaused = true
        defer {
            isPaused = false
            tally.base = total - tally.told
        }
        try work()
    }

    /// Does `work` while it counts.
    func counting<Value>(_ database: Database, _ work: () throws -> Value) rethrows -> Value {
        // SQLite holds a bare pointer, so this object must outlive the work.
        try withExtendedLifetime(self) {
            connection = database.sqliteConnection
            sqlite3_update_hook(
                database.sqliteConnection, noteChange, Unmanaged.passUnretained(self).toOpaque())
            defer {
                sqlite3_update_hook(database.sqliteConnection, nil, nil)
                connection = nil
            }
            return try work()
        }
    }

    fileprivate func note(_ isDeletion: Bool, _ row: Int64, of table: UnsafePointer<CChar>) {
        guard !isPaused else { return }
        tally.told += 1
        guard isDeletion else { return }
        let isOwn = cName.withUnsafeBufferPointer { sqlite3_stricmp(table, $0.baseAddress) == 0 }
        guard self.table.hasRowNumber || !isOwn else {
            tally.nameless += 1
            return
        }
        let isDirect = isOwn && row == direct
        if !isOwn, !shadows.isEmpty, shadows.contains(SQLName(String(cString: table))) { return }
        if rehearses || isOwn && !isDirect {
            let name = isOwn ? name : SQLName(String(cString: table))
            let isNew = gone.insert(row, of: name)
            if isNew { noted.append((name, row)) }
            // A run's row number may have been another row's before.
            guard isNew || !rehearses else { return }
        }
        if !isDirect { tally.along += 1 }
    }

    private func row(_ key: RowKey) -> Int64? {
        table.hasRowNumber ? key.number : nil
    }

    private var total: Int64 { connection.map { sqlite3_total_changes64($0) } ?? 0 }
    /// Changes that SQLite counted and didn't tell of.
    private var untold: Int64 { total - tally.base - tally.told }
}

/// A free function, since SQLite calls it on the database's own thread.
private func noteChange(
    _ counter: UnsafeMutableRawPointer?, _ kind: CInt, _ database: UnsafePointer<CChar>?,
    _ table: UnsafePointer<CChar>?, _ row: sqlite3_int64
) {
    guard let counter, let table else { return }
    Unmanaged<DeletionCounter>.fromOpaque(counter).takeUnretainedValue().note(kind == SQLITE_DELETE, row, of: table)
}
