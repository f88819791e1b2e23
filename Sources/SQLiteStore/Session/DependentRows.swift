import GRDB
import Sweeping

/// Counts the rows that would go with deleted ones by cascade, without deleting anything: what a dry run says that doesn't have to try.
struct DependentRows {
    /// Foreign keys onto foreign keys are followed so far.
    private static let deepest = 8
    /// So many rows are asked about at once.
    private static let most = 10_000

    /// Selects the row numbers of what would go, by table; `gone` is the list of what is deleted.
    private let sets: [String]
    private let form: TextForm

    /// - Returns: nil where only trying tells.
    init?(of table: TableShape, _ schema: DatabaseSchema, in database: Database) throws {
        form = schema.form
        var found: [SQLName: [String]] = [:]
        var open = [(table: table, rows: "SELECT k FROM gone", path: [SQLName(table.name)])]
        while let parent = open.popLast() {
            for key in schema.keys(onto: parent.table.name) where key.onDelete == .cascade {
                let child = try schema.table(TableReference(key.child), in: database)
                guard key.width == 1, child.hasRowNumber,
                    let target = try key.parentColumn ?? SchemaReader.primaryKey(of: parent.table.name, in: database)
                else { return nil }
                let rows = """
                    SELECT child.\(child.locator) FROM \(quoted(child.name)) AS child WHERE child.\(quoted(key.childColumn)) IN \
                    (SELECT parent.\(quoted(target)) FROM \(quoted(parent.table.name)) AS parent \
                    WHERE parent.\(parent.table.locator) IN (\(parent.rows)))
                    """
                let name = SQLName(child.name)
                found[name, default: []].append(rows)
                guard !parent.path.contains(name) else { continue }
                guard parent.path.count < DependentRows.deepest else { return nil }
                open.append((child, rows, parent.path + [name]))
            }
        }
        sets = found.sorted { $0.key.description < $1.key.description }.map { name, paths in
            let rows = paths.joined(separator: " UNION ")
            // A row that is deleted on purpose isn't one that goes along.
            return name == SQLName(table.name) ? "\(rows) EXCEPT SELECT k FROM gone" : rows
        }
    }

    func count(with keys: [RowKey], in database: Database) throws -> Int {
        guard !sets.isEmpty else { return 0 }
        let counts = sets.map { "(SELECT count(*) FROM (\($0)))" }.joined(separator: " + ")
        return try stride(from: 0, to: keys.count, by: DependentRows.most).reduce(0) { sum, start in
            let part = keys[start..<min(keys.count, start + DependentRows.most)]
            let marks = part.map { _ in "(\(form.operand))" }.joined(separator: ",")
            let sql = "WITH gone(k) AS (VALUES \(marks)) SELECT \(counts)"
            var count = 0
            try BoundStatement(cached: sql, in: database).forEach(part.flatMap(\.locator)) { row in
                count = row.value(at: 0).wholeNumber ?? 0
                return false
            }
            return sum + count
        }
    }
}
