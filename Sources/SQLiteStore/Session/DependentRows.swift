import GRDB
import Sweeping

/// Counts the rows that would go with deleted ones by cascade, without deleting anything: what a dry run says that doesn't have to try.
struct DependentRows {
    /// So many rows are asked about at once.
    private static let most = 10_000

    /// Selects what would go, a statement a table; `gone` is the list of what is deleted.
    private let counts: [String]
    private let form: TextForm

    /// - Returns: nil where only trying tells: where a row may go with more than one, or takes others along itself.
    init?(of table: TableShape, _ schema: DatabaseSchema, in database: Database) throws {
        form = schema.form
        var seen: Set<SQLName> = [SQLName(table.name)]
        var counts: [String] = []
        for key in schema.keys(onto: table.name) where key.onDelete == .cascade {
            let child = try schema.table(TableReference(key.child), in: database)
            guard seen.insert(SQLName(child.name)).inserted, schema.keys(onto: child.name).isEmpty, key.width == 1,
                let columns = try SchemaReader.columns(of: key, in: database).first
            else { return nil }
            counts.append(
                """
                (SELECT count(*) FROM \(quoted(child.name)) AS child WHERE child.\(quoted(columns.child)) IN \
                (SELECT parent.\(quoted(columns.parent)) FROM \(quoted(table.name)) AS parent \
                WHERE parent.\(table.locator) IN (SELECT k FROM gone)))
                """)
        }
        self.counts = counts
    }

    func count(with keys: [RowKey], in database: Database) throws -> Int {
        guard !counts.isEmpty else { return 0 }
        return try stride(from: 0, to: keys.count, by: DependentRows.most).reduce(0) { sum, start in
            let part = keys[start..<min(keys.count, start + DependentRows.most)]
            let marks = part.map { _ in "(\(form.operand))" }.joined(separator: ",")
            let sql = "WITH gone(k) AS (VALUES \(marks)) SELECT \(counts.joined(separator: " + "))"
            var count = 0
            try BoundStatement(cached: sql, in: database).forEach(part.flatMap(\.locator)) { row in
                count = row.value(at: 0).wholeNumber ?? 0
                return false
            }
            return sum + count
        }
    }
}
