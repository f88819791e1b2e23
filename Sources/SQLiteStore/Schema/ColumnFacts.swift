import GRDB
import GRDBSQLite

/// What decides which values of a column are equal.
struct ColumnFacts: Sendable {
    let name: SQLName
    /// Nil where it depends on more than the declared type.
    let affinity: Affinity?
    let collation: SQLName
    /// Whether it is the primary key, and all of it.
    let isPrimaryKey: Bool

    var isBinary: Bool { collation == "BINARY" }
    /// Whether two values are equal where their bytes are.
    var isPlain: Bool { isBinary && affinity != nil }

    /// What SQLite makes of a value that is stored in a column (https://sqlite.org/datatype3.html, section 3.1).
    enum Affinity: Sendable {
        case integer
        case text
        case blob
        case real
        case numeric

        /// Nil where it depends on more than the declared type.
        init?(declared type: String) {
            let type = type.uppercased()
            switch type {
            // In a STRICT table it means something else.
            case "ANY": return nil
            case _ where type.contains("INT"): self = .integer
            case _ where ["CHAR", "CLOB", "TEXT"].contains(where: type.contains): self = .text
            case _ where type.isEmpty || type.contains("BLOB"): self = .blob
            case _ where ["REAL", "FLOA", "DOUB"].contains(where: type.contains): self = .real
            default: self = .numeric
            }
        }

        /// Whether text that looks like a number becomes one.
        var isNumeric: Bool {
            switch self {
            case .integer, .real, .numeric: true
            case .text, .blob: false
            }
        }
    }

    /// Nil where there is no such column.
    init?(_ column: String, of table: String, in database: Database) throws {
        var type: UnsafePointer<CChar>?
        var collation: UnsafePointer<CChar>?
        var isKey: CInt = 0
        let result = sqlite3_table_column_metadata(
            database.sqliteConnection, "main", table, column, &type, &collation, nil, &isKey, nil)
        guard result == SQLITE_OK, let collation else { return nil }
        name = SQLName(column)
        affinity = Affinity(declared: type.map { String(cString: $0) } ?? "")
        self.collation = SQLName(String(cString: collation))
        let sql = "SELECT count(*) FROM pragma_table_info(?) WHERE pk > 0"
        isPrimaryKey = try isKey != 0 && Int.fetchOne(database, sql: sql, arguments: [table]) == 1
    }
}
