import GRDB
import Sweeping

/// Asks whether deleting a row would take along, by the database's foreign keys, one that is to stay.
struct SparedReach {
    /// Selects the rows in question, by what names them.
    private let sql: String
    private let values: [Value]
    private let form: TextForm
    private let table: String

    /// A table on the way, and what names its rows.
    private struct Node {
        let name: String
        let key: [String]
    }

    /// - Returns: nil where no foreign key leads from the table to the spared rows, so that nothing needs to be asked.
    init?(of spared: SparedRows, from table: TableShape, _ schema: DatabaseSchema, in database: Database) throws {
        form = schema.form
        let ways = SparedReach.ways(from: table.name, to: spared.table.sqlName, schema)
        guard !ways.isEmpty else { return nil }
        var nodes = [SparedReach.node(table)]
        for way in ways where !nodes.contains(where: { $0.name.names(way.child) }) {
            let child = try schema.table(TableReference(way.child), in: database)
            nodes.append(SparedReach.node(child))
        }
        func place(_ name: String) -> Int? { nodes.firstIndex { $0.name.names(name) } }
        let width = nodes.map(\.key.count).max() ?? 1
        func key(_ node: Node, of row: String) -> String {
            (0..<width).map { $0 < node.key.count ? "\(row).\(node.key[$0])" : "NULL" }.joined(separator: ", ")
        }
        func isNode(_ place: Int, _ row: String) -> String {
            (["gone.t = \(place)"] + nodes[place].key.enumerated().map { "\(row).\($1) = gone.k\($0)" })
                .joined(separator: " AND ")
        }

        var steps = [
            "SELECT 0, \(key(nodes[0], of: "root")) FROM \(quoted(table.name)) AS root WHERE \(table.locator.isSame(of: "root.", schema.form))"
        ]
        for way in ways {
            guard let parent = place(way.parent), let child = place(way.child) else { continue }
            // The parent's column stands in front, since its collation is the one that counts.
            let link = try SchemaReader.columns(of: way, in: database)
                .map { "parent.\(quoted($0.parent)) = child.\(quoted($0.child))" }.joined(separator: " AND ")
            steps.append(
                """
                SELECT \(child), \(key(nodes[child], of: "child")) FROM gone \
                CROSS JOIN \(quoted(nodes[parent].name)) AS parent ON \(isNode(parent, "parent")) \
                CROSS JOIN \(quoted(nodes[child].name)) AS child ON \(link)
                """)
        }
        guard let end = place(spared.table.sqlName) else { return nil }
        let condition = try ConditionSQL(spared.condition, of: "spared")
        let columns = (0..<width).map { "k\($0)" }.joined(separator: ", ")
        sql = """
            WITH RECURSIVE gone(t, \(columns)) AS (\(steps.joined(separator: " UNION "))) \
            SELECT \(schema.form.reading("spared.\(nodes[end].key[0])")) FROM gone CROSS JOIN \(quoted(nodes[end].name)) AS spared \
            ON \(isNode(end, "spared")) WHERE \(condition.sql)
            """
        values = condition.values
        self.table = nodes[end].name
    }

    /// To be asked with the write lock.
    /// - Parameter settled: rows that a dry run would have made something else of by now: an earlier operation settles what is stale.
    func isReached(from key: RowKey, unless settled: SettledRows, in database: Database) throws -> Bool {
        var isReached = false
        try BoundStatement(cached: sql, in: database).forEach(key.locator, values) { row in
            isReached = !settled.contains(form.value(row, at: 0), of: table)
            return !isReached
        }
        return isReached
    }

    /// Makes sure that it can be asked.
    func prepare(in database: Database) throws {
        _ = try database.cachedStatement(sql: sql)
    }

    /// The foreign keys that are part of a way from one table to the other; all else that may go along is of no interest.
    private static func ways(from start: String, to end: String, _ schema: DatabaseSchema) -> [ForeignKeyShape] {
        let cascades = schema.foreignKeys.filter { $0.onDelete == .cascade }
        func reach(_ start: String, _ step: (ForeignKeyShape) -> (from: String, to: String)) -> Set<SQLName> {
            var reached: Set<SQLName> = [SQLName(start)]
            var size = 0
            while size < reached.count {
                size = reached.count
                for key in cascades where reached.contains(SQLName(step(key).from)) {
                    reached.insert(SQLName(step(key).to))
                }
            }
            return reached
        }
        let below = reach(start) { ($0.parent, $0.child) }
        let above = reach(end) { ($0.child, $0.parent) }
        return cascades.filter { below.contains(SQLName($0.parent)) && above.contains(SQLName($0.child)) }
    }

    private static func node(_ table: TableShape) -> Node {
        let isNumbered = table.hasRowNumber || table.primaryKey.isEmpty
        return Node(name: table.name, key: isNumbered ? table.locator.parts : table.primaryKey.map { quoted($0) })
    }
}
