import GRDB
import Sweeping

/// What archived rows refer to by foreign keys.
struct ParentKeys {
    private struct Key {
        var parent: String
        var columns: [String]
        var parentColumns: [String]
    }

    private struct Way {
        let key: Key
        let place: ParentReference.Place
        /// Nil where equal values are the same.
        let equals: EqualValues?
    }

    private let form: TextForm
    /// By table.
    private let keys: [SQLName: [Way]]
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
        var ways: [SQLName: [Way]] = [:]
        for (child, keys) in all where !onlyInCircles || ParentKeys.leads(back: child, all) {
            ways[child] = try keys.map { try ParentKeys.way(by: $0, from: child, form, database) }
        }
        self.keys = ways
    }

    private static func way(by key: Key, from child: SQLName, _ form: TextForm, _ database: Database) throws -> Way {
        let equals = try EqualValues(in: key.parentColumns, of: key.parent, form, database)
        let own = try key.columns.compactMap { try ColumnFacts($0, of: child.description, in: database) }
        let areTheSame = equals.map { own.count == key.columns.count && $0.areTheSame(from: own) } ?? true
        return Way(
            key: key,
            place: ParentReference.Place(
                [TableReference(key.parent)], columns: key.parentColumns, isExact: areTheSame),
            equals: areTheSame ? nil : equals)
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

    /// By which columns rows refer to a table's.
    func places(to table: ArchivedTable) -> Set<ParentReference.Place> {
        Set(keys.values.joined().filter { $0.key.parent.names(table.table.name) }.map(\.place))
    }

    /// What a row refers to; nil where its table's rows are in no circle, and only those are looked at.
    /// - Parameter onlyMissing: without what is there.
    func references(of row: ArchivedRow, onlyMissing: Bool, in database: Database) throws -> [ParentReference]? {
        guard let keys = keys[SQLName(row.table.table.name)] else { return onlyInCircles ? nil : [] }
        return try keys.compactMap { way in
            let key = way.key
            let values = key.columns.compactMap { name in
                row.table.columns.firstIndex { $0.name.names(name) }.map { row.values[$0] }
            }
            guard values.count == key.columns.count, !values.contains(where: \.isNull) else { return nil }
            let reference = ParentReference(way.place, try way.equals?.of(values, in: database) ?? values)
            guard onlyMissing else { return reference }
            let condition = key.parentColumns.map { "parent.\(quoted($0)) = \(form.operand)" }
            let sql = "SELECT 1 FROM \(quoted(key.parent)) AS parent WHERE \(condition.joined(separator: " AND "))"
            var isThere = false
            try BoundStatement(cached: sql, in: database).forEach(values.flatMap(form.arguments)) { _ in
                isThere = true
                return false
            }
            return isThere ? nil : reference
        }
    }

    /// What refers to rows by a place where not only the same values are equal.
    static func references(
        to rows: [ArchivedRow], by place: ParentReference.Place, _ form: TextForm, in database: Database
    ) throws -> [ParentReference?] {
        var known: (table: ArchivedTable, places: [Int], equals: EqualValues?)?
        return try rows.map { row in
            if known?.table !== row.table {
                let places = place.columns(of: row.table) ?? []
                let names = places.map { row.table.columns[$0].name }
                known = (
                    row.table, places, try EqualValues(in: names, of: row.table.table.name, form, database)
                )
            }
            guard let known, let equals = known.equals else { return nil }
            return ParentReference(place, try equals.of(known.places.map { row.values[$0] }, in: database))
        }
    }
}
