import CSQLite
import GRDB
import GRDBSQLite
import Glibc
import Sweeping

/// Hands every row of the database that is about to go or change to the archive: those that a statement names, and those that go along by
/// foreign keys and triggers, at any depth. SQLite tells of each before it happens.
final class RowCapture {
    private let sink: any ArchiveSink
    private let operation: String
    private let ways: PreupdateWays
    private var tables: KeptTables
    private var handle: SQLiteConnection?
    /// The table of the last row: most rows are of the same as the one before.
    private var last: KnownTable?
    /// Reads the rows that statements name, where SQLite doesn't show them as they are before they go; nil where it does.
    private var ahead: WholeRow?
    /// The row that a statement is about to delete, where it was read ahead.
    private var expected: ArchivedRow?

    /// What every row of a table is looked at with; the lock is held meanwhile, so it is found out once.
    private final class KnownTable {
        let name: [CChar]
        /// Nil where nothing is known of its columns.
        let kept: KeptTable?
        /// Whether nobody has to keep its rows.
        let isPassed: Bool
        /// The virtual table whose rows these are inside, where nothing would put them back; nil where there is none.
        let lost: String?
        /// The numbers of the archived columns in a row as it was; none where this SQLite doesn't show them as they are.
        let places: [CInt]

        init(_ name: UnsafePointer<CChar>, in tables: KeptTables, _ ways: PreupdateWays) {
            let text = String(cString: name)
            self.name = Array(text.utf8CString)
            kept = tables[text]
            isPassed = tables.passes(text)
            lost = tables.lost[text]
            places = kept.map { ways.canRead($0) ? ways.places(of: $0) : [] } ?? []
        }
    }

    init(into sink: any ArchiveSink, of operation: String, _ tables: KeptTables, _ ways: PreupdateWays) {
        self.sink = sink
        self.operation = operation
        self.tables = tables
        self.ways = ways
    }

    /// A transaction has begun. To be called with the write lock, so that the tables stay what they are.
    func begin(in database: Database) throws {
        sink.begin(operation)
        guard try ChildRows.schemaVersion(database) != tables.schemaVersion else { return }
        tables = try KeptTables(in: database)
        last = nil
        ahead = nil
    }

    /// Rows of the table are to be deleted one by one, each after `expect`.
    func announce(_ table: TableShape, _ form: TextForm) {
        guard let kept = tables[table.name], !ways.canRead(kept) else { return }
        ahead = WholeRow(kept, table.locator, form)
    }

    /// The row is about to be deleted. To be called with the write lock, so that it stays what it is.
    func expect(_ key: RowKey, in database: Database) throws {
        expected = try ahead?.read(key, in: database)
    }

    func setMark() { sink.setMark() }
    func goBack() { sink.goBack() }
    func seal() throws { try sink.seal() }
    func confirm() { sink.confirm() }
    func discard() { sink.discard() }

    /// Does `work` while it listens.
    func capturing<Value>(_ database: Database, _ work: () throws -> Value) rethrows -> Value {
        // SQLite holds a bare pointer, so this object must outlive the work.
        try withExtendedLifetime(self) {
            handle = database.sqliteConnection
            sqlite3_preupdate_hook(database.sqliteConnection, noteRow, Unmanaged.passUnretained(self).toOpaque())
            defer {
                sqlite3_preupdate_hook(database.sqliteConnection, nil, nil)
                handle = nil
            }
            return try work()
        }
    }

    private func table(_ name: UnsafePointer<CChar>) -> KnownTable {
        if let last, strcmp(last.name, name) == 0 { return last }
        let table = KnownTable(name, in: tables, ways)
        last = table
        return table
    }

    fileprivate func note(_ kind: CInt, _ name: UnsafePointer<CChar>, from number: Int64, to newNumber: Int64) {
        guard kind != SQLITE_INSERT, let handle else { return }
        let known = self.table(name)
        if known.isPassed {
            if kind == SQLITE_DELETE, let virtual = known.lost {
                sink.miss("rows of \(virtual) went that triggers of the database delete and none puts back")
            }
            return
        }
        var table: String { String(cString: name) }
        guard let kept = known.kept, sqlite3_preupdate_count(handle) <= CInt(kept.width) else {
            return sink.miss("rows of \(table) went that jobsweep doesn't know the columns of")
        }
        guard !known.places.isEmpty else {
            if kind == SQLITE_DELETE, let expected, expected.table === kept.archived,
                let column = kept.numberColumn, expected.values[column] == .integer(number)
            {
                return sink.keep(expected)
            }
            return sink.miss(
                "SQLite \(String(cString: sqlite3_libversion())) doesn't show the rows of \(table) as they are")
        }
        let rowNumber = kept.isNumbered ? number : nil
        if kind == SQLITE_DELETE,
            sink.isForeseen(kept.archived, number: rowNumber, where: { isSame(kept, known.places, number, as: $0) })
        {
            return
        }
        guard let old = values(kept, known.places, number, sqlite3_preupdate_old) else {
            return sink.miss("a row of \(table) couldn't be read")
        }
        var fate = ArchivedRow.Fate.deleted
        if kind == SQLITE_UPDATE {
            guard let new = values(kept, ways.newPlaces(of: kept), newNumber, sqlite3_preupdate_new),
                number == newNumber || !kept.isNumbered
            else { return sink.miss("what became of a row of \(table) couldn't be read") }
            fate = .changed(to: new)
        }
        sink.keep(ArchivedRow(kept.archived, number: rowNumber, values: old, fate: fate))
    }

    /// Whether the row that is about to go has these values, to the bit. Nothing is copied for that, since the lock is held.
    private func isSame(_ table: KeptTable, _ places: [CInt], _ number: Int64, as values: [Value]) -> Bool {
        guard values.count == places.count else { return false }
        for column in places.indices {
            if column == table.numberColumn {
                guard values[column] == .integer(number) else { return false }
                continue
            }
            var pointer: OpaquePointer?
            guard sqlite3_preupdate_old(handle, places[column], &pointer) == SQLITE_OK, let pointer,
                let cell = cell(pointer, of: table, column), cell.isSame(as: values[column])
            else { return false }
        }
        return true
    }

    /// - Parameter places: the columns' numbers in the row that is read.
    /// - Returns: nil where SQLite has no memory, or no such column, or doesn't say what is in it.
    private func values(
        _ table: KeptTable, _ places: [CInt], _ number: Int64,
        _ read: (SQLiteConnection?, CInt, UnsafeMutablePointer<OpaquePointer?>?) -> CInt
    ) -> [Value]? {
        var values: [Value] = []
        values.reserveCapacity(places.count)
        for column in places.indices {
            if column == table.numberColumn {
                values.append(.integer(number))
                continue
            }
            var pointer: OpaquePointer?
            guard read(handle, places[column], &pointer) == SQLITE_OK, let pointer,
                let cell = cell(pointer, of: table, column)
            else { return nil }
            values.append(Value(cell))
        }
        return values
    }

    private func cell(_ pointer: OpaquePointer, of table: KeptTable, _ column: Int) -> Cell? {
        if pointer == csqlite_absent_value() { return table.added.map { .absent($0[column] ?? .null) } }
        switch sqlite3_value_type(pointer) {
        case SQLITE_INTEGER:
            let number = sqlite3_value_int64(pointer)
            return table.reals.contains(column) ? .real(Double(number)) : .integer(number)
        case SQLITE_FLOAT: return .real(sqlite3_value_double(pointer))
        case SQLITE_TEXT:
            // As a blob it is what the database has, to the byte: asked for as text, SQLite copies it first, to end it with a zero, and
            // translates it, should it be asked for in another encoding.
            let start = sqlite3_value_blob(pointer)
            return .text(
                bytes(start, table.isWide ? sqlite3_value_bytes16(pointer) : sqlite3_value_bytes(pointer)))
        case SQLITE_BLOB: return .blob(bytes(sqlite3_value_blob(pointer), sqlite3_value_bytes(pointer)))
        default: return .null
        }
    }

    private func bytes(_ start: UnsafeRawPointer?, _ count: CInt) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(count))
    }
}

/// What SQLite has in a column, where it has it.
private enum Cell {
    case null
    case integer(Int64)
    case real(Double)
    case text(UnsafeRawBufferPointer)
    case blob(UnsafeRawBufferPointer)
    /// The column was added after the row.
    case absent(Value)

    func isSame(as value: Value) -> Bool {
        switch (self, value) {
        case (.text(let here), .text(let known)), (.blob(let here), .blob(let known)):
            here.count == known.count && here.baseAddress.map { memcmp($0, known, known.count) == 0 } ?? true
        case (.text, _), (.blob, _): false
        default: Value(self).isIdentical(to: value)
        }
    }
}

extension Value {
    fileprivate init(_ cell: Cell) {
        switch cell {
        case .null: self = .null
        case .integer(let number): self = .integer(number)
        case .real(let number): self = .real(number)
        case .text(let bytes): self = .text(Array(bytes))
        case .blob(let bytes): self = .blob(Array(bytes))
        case .absent(let value): self = value
        }
    }
}

/// A free function, since SQLite calls it on the database's own thread.
private func noteRow(
    _ capture: UnsafeMutableRawPointer?, _ database: OpaquePointer?, _ kind: CInt, _ schema: UnsafePointer<CChar>?,
    _ table: UnsafePointer<CChar>?, _ before: sqlite3_int64, _ after: sqlite3_int64
) {
    guard let capture, let schema, let table, strcmp(schema, "main") == 0 else { return }
    Unmanaged<RowCapture>.fromOpaque(capture).takeUnretainedValue().note(
        kind, table, from: before, to: after)
}
