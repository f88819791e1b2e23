import GRDB
import GRDBSQLite
import Sweeping

/// Finds out how many bytes a row's values have.
struct RowSizes {
    private let sql: String

    init(_ table: TableShape, columns: [String], _ form: TextForm) {
        let sum = columns.map { RowSizes.size(of: "row.\(quoted($0))") }.joined(separator: " + ")
        sql =
            "SELECT \(columns.isEmpty ? "0" : sum) FROM \(quoted(table.name)) AS row"
            + " WHERE \(table.locator.isSame(of: "row.", form))"
    }

    /// From SQLite 3.43 on it stands in the row's head, as a blob's length always has: the pages that the value runs over to aren't read.
    private static func size(of column: String) -> String {
        guard sqlite3_libversion_number() < 3_043_000 else { return "coalesce(octet_length(\(column)), 0)" }
        return "CASE typeof(\(column)) WHEN 'blob' THEN length(\(column))"
            + " WHEN 'text' THEN length(CAST(\(column) AS BLOB)) ELSE 8 END"
    }

    /// 0 where there is no such row any more.
    func size(_ key: RowKey, in database: Database) throws -> Int {
        var size = 0
        try BoundStatement(cached: sql, in: database).forEach(key.locator) { row in
            size = row.value(at: 0).wholeNumber ?? 0
            return false
        }
        return size
    }
}
