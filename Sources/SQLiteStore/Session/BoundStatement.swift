import GRDB
import GRDBSQLite
import Sweeping

/// A statement that is executed or read by SQLite's own interface: values are bound where they stand, and text comes and goes as the
/// bytes that it is, which GRDB's strings can't hold.
struct BoundStatement {
    private let statement: Statement
    private let database: Database

    init(_ statement: Statement, in database: Database) {
        self.statement = statement
        self.database = database
    }

    init(cached sql: String, in database: Database) throws {
        self.init(try database.cachedStatement(sql: sql), in: database)
    }

    /// - Parameter values: lists of values that together give the statement's arguments.
    /// - Throws: `DatabaseError`.
    func execute(_ values: [Value]...) throws {
        try bind(values)
        defer { sqlite3_reset(statement.sqliteStatement) }
        let result = sqlite3_step(statement.sqliteStatement)
        if result != SQLITE_DONE { try check(result) }
    }

    /// Reads rows until there are no more, or `body` says that it has enough.
    /// - Throws: `DatabaseError`.
    func forEach(_ values: [Value]..., body: (ResultRow) throws -> Bool) throws {
        try bind(values)
        let handle = statement.sqliteStatement
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        while true {
            let result = sqlite3_step(handle)
            guard result == SQLITE_ROW else {
                return result == SQLITE_DONE ? () : try check(result)
            }
            guard try body(ResultRow(handle: handle)) else { return }
        }
    }

    /// Lets go of the last values.
    func clear() {
        sqlite3_clear_bindings(statement.sqliteStatement)
    }

    private func bind(_ lists: [[Value]]) throws {
        var position: CInt = 0
        for list in lists {
            for value in list {
                position += 1
                try check(bind(value, at: position, of: statement.sqliteStatement))
            }
        }
    }

    private func bind(_ value: Value, at position: CInt, of handle: OpaquePointer) -> CInt {
        switch value {
        case .null: return sqlite3_bind_null(handle, position)
        case .integer(let number): return sqlite3_bind_int64(handle, position, number)
        case .real(let number): return sqlite3_bind_double(handle, position, number)
        case .text(let bytes):
            // SQLite copies the bytes. Without a pointer it would take an empty text for NULL.
            return bytes.withUnsafeBytes { bytes in
                let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                return start == nil
                    ? sqlite3_bind_text(handle, position, "", 0, BoundStatement.copied)
                    : sqlite3_bind_text64(
                        handle, position, start, UInt64(bytes.count), BoundStatement.copied, UInt8(SQLITE_UTF8))
            }
        case .blob(let bytes):
            return bytes.withUnsafeBytes { bytes in
                bytes.isEmpty
                    ? sqlite3_bind_zeroblob(handle, position, 0)
                    : sqlite3_bind_blob64(
                        handle, position, bytes.baseAddress, UInt64(bytes.count), BoundStatement.copied)
            }
        }
    }

    /// SQLITE_TRANSIENT, which C's headers say in a way that Swift can't read.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private func check(_ code: CInt) throws {
        guard code != SQLITE_OK else { return }
        throw DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(database.sqliteConnection)),
            message: String(cString: sqlite3_errmsg(database.sqliteConnection)), sql: statement.sql)
    }
}

/// The row that a statement stands on. It is gone with the next.
struct ResultRow {
    fileprivate let handle: OpaquePointer

    /// - Parameter limit: so many bytes of a text or a blob are taken, and no more.
    func value(at column: Int, upTo limit: Int = .max) -> Value {
        let place = CInt(column)
        switch sqlite3_column_type(handle, place) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, place))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, place))
        case SQLITE_TEXT:
            // The order matters: the length is that of the text as it was asked for.
            let text = UnsafeRawPointer(sqlite3_column_text(handle, place))
            return .text(bytes(from: text, at: place, upTo: limit))
        case SQLITE_BLOB:
            return .blob(bytes(from: sqlite3_column_blob(handle, place), at: place, upTo: limit))
        default: return .null
        }
    }

    private func bytes(from start: UnsafeRawPointer?, at place: CInt, upTo limit: Int) -> [UInt8] {
        let count = min(Int(sqlite3_column_bytes(handle, place)), limit)
        return Array(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }
}

extension TextForm {
    /// The kept value whose reading begins at a column of the result.
    func value(_ row: ResultRow, at column: Int, upTo limit: Int = Value.longest + 1) -> Value {
        let value = row.value(at: column, upTo: limit)
        guard encoding != .utf8, case .blob(let bytes) = value, row.value(at: column + 1) == .integer(1) else {
            return value
        }
        return .text(bytes)
    }
}
