import GRDB
import GRDBSQLite

/// A statement that is executed for many rows: it binds values where they stand, without collecting them first.
struct BoundStatement {
    private let statement: Statement
    private let database: Database

    init(_ statement: Statement, in database: Database) {
        self.statement = statement
        self.database = database
    }

    /// - Parameter values: lists of values that together give the statement's arguments.
    /// - Throws: `DatabaseError`.
    func execute(_ values: [DatabaseValue]...) throws {
        let handle = statement.sqliteStatement
        var position: CInt = 0
        for list in values {
            for value in list {
                position += 1
                try check(bind(value, at: position, of: handle))
            }
        }
        defer { sqlite3_reset(handle) }
        let result = sqlite3_step(handle)
        if result != SQLITE_DONE { try check(result) }
    }

    /// Lets go of the last values.
    func clear() {
        sqlite3_clear_bindings(statement.sqliteStatement)
    }

    private func bind(_ value: DatabaseValue, at position: CInt, of handle: OpaquePointer) -> CInt {
        switch value.storage {
        case .null: return sqlite3_bind_null(handle, position)
        case .int64(let number): return sqlite3_bind_int64(handle, position, number)
        case .double(let number): return sqlite3_bind_double(handle, position, number)
        case .string(let text):
            // SQLite copies the text.
            return text.withCString {
                sqlite3_bind_text64(
                    handle, position, $0, UInt64(text.utf8.count), BoundStatement.copied, UInt8(SQLITE_UTF8))
            }
        case .blob(let data):
            return data.withUnsafeBytes { bytes in
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
