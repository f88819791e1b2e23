import GRDB
import Sweeping

/// What archived rows refer to by foreign keys.
struct ParentKeys {
    private struct Key {
        var parent: String
        var columns: [String]
        var parentColumns: [String]

        var place: ParentReference.Place { ParentReference.Place([TableReference(parent)], columns: parentColumns) }
    }

    private let form: TextForm
    /// By table.
    private let keys: [SQLName: [(key: Key, place: ParentReference.Place)]]
    private let onlyInCircles: Bool

    /// - Parameter onlyInCircles: knows of tables alone whose rows may refer to each other in a circle.
    init(in database: Database, form: TextForm, onlyInCircles: Bool) throws {
        self.onlyInCircles = onlyInCircles
        self.form = form
        let sql = """
            SELECT child.name AS child, key.id AS number, key."from" AS child_column, key."table" AS parent,
                   ifnull(key."to", (SELECT name FROM pragma_table_info(key."table") WHERE pk = key.seq + 1)) AS parent_column
            FROM pragma_table_list AS child, pragma_foreign_key_list(child.name) AS key
            WHERE child.schema = 'main' AND child.type = 'table'
              AND EXISTS (SELECT 1 FROM pragma_table_xinfo(key."table") AS there WHERE there.name = parent_column COLLATE NOCASE)
            ORDER BY child.name, key.id, key.seq
            """
        var keys: [SQLName: [Int: Key]] = [:]
        for row in try Row.fetchAll(database, sql: sql) {
            // A key onto a table that isn't there, or that has no key, names nothing.
            guard let parentColumn: String = row["parent_column"] else { continue }
            let child = SQLName(row["child"] as String)
            let key = keys[child]?[row["number"]] ?? Key(parent: row["parent"], columns: [], parentColumns: [])
            keys[child, default: [:]][row["number"]] = Key(
                parent: key.parent, columns: key.columns + [row["child_column"]],
                parentColumns: key.parentColumns + [parentColumn])
        }
        let all = keys.mapValues { Array($0.values) }
        self.keys = (onlyInCircles ? all.filter { table, _ in ParentKeys.leads(back: table, all) } : all)
            .mapValues { $0.map { ($0, $0.place) } }
    }

    private static func leads(back table: SQLName, _ keys: [SQLName: [Key]]) -> Bool {
        var next = [table]
        var known: Set<SQLName> = []
        while let child = next.popLast() {
            for parent in (keys[child] ?? []).map({ SQLName($0.parent) }) {
                if parent == table { return true }
                if known.insert(parent).inserted { next.append(parent) }
            }
        }
        return false
    }

    /// What a row refers to and isn't there; nil where its table's rows are in no circle, and only those are looked at.
    func missing(of row: ArchivedRow, in database: Database) throws -> [ParentReference]? {
        guard let keys = keys[SQLName(row.table.table.name)] else { return onlyInCircles ? nil : [] }
        return try keys.compactMap { key, place in
            let values = key.columns.compactMap { name in
                row.table.columns.firstIndex { $0.name.names(name) }.map { row.values[$0] }
            }
            guard values.count == key.columns.count, !values.contains(where: \.isNull) else { return nil }
            let condition = key.parentColumns.map { "parent.\(quoted($0)) = \(form.operand)" }
            let sql = "SELECT 1 FROM \(quoted(key.parent)) AS parent WHERE \(condition.joined(separator: " AND "))"
            var isThere = false
            try BoundStatement(cached: sql, in: database).forEach(values.flatMap(form.arguments)) { _ in
                isThere = true
                return false
            }
            return isThere ? nil : ParentReference(place, values)
        }
    }
}
