import Sweeping

/// Which rows go with deleted ones by foreign keys, and which of those keys would refuse it: asked of the database without changing
/// anything.
struct DeletionReach {
    private let plan: WritePlan
    private let schema: PostgresSchema
    /// The tables from which rows go; the one that is deleted from is the first.
    private let tables: [TableShape]
    private let cascades: [ForeignKeyShape]
    private let refusing: [ForeignKeyShape]

    init(_ plan: WritePlan, _ schema: PostgresSchema, in link: PostgresLink) throws {
        self.plan = plan
        self.schema = schema
        let reached = schema.reachedByDeletion(from: plan.table.number)
        tables = try reached.map { try schema.table($0, in: link) }
        cascades = schema.cascades(from: plan.table.number)
        refusing = schema.foreignKeys.filter { key in
            reached.contains(key.parent) && (key.onDelete == .none || key.onDelete == .restrict)
        }
    }

    private func place(_ table: UInt32) -> Int { tables.firstIndex { $0.number == table } ?? 0 }

    /// The rows that go, each with the row of the batch that takes it along, the rows of the batch among them: `gone`.
    private func closure(_ keys: [PostgresKey], _ statement: inout Statement) -> String {
        let names = plan.key.indices.map { "k\($0)" }.joined(separator: ", ")
        let lists = zip(plan.key.indices, plan.key).map { index, column in
            "\(statement.bind(keys.map { $0.key[$0.key.startIndex + index] }))::\(column.type)[]"
        }.joined(separator: ", ")
        let link = zip(plan.key.indices, plan.key).map { "\($1.sql()) = g.k\($0)" }.joined(separator: " AND ")
        let start = """
            SELECT g.root, 0, t.tableoid, t.ctid FROM unnest(\(lists)) WITH ORDINALITY AS g (\(names), root) \
            JOIN \(plan.table.sql) AS t ON \(link)
            """
        guard !cascades.isEmpty else { return "WITH gone (root, tab, oid, tid) AS (\(start)) " }
        let steps = cascades.map { key in
            """
            SELECT gone.root, \(place(key.child)), child.tableoid, child.ctid FROM \(key.parentSQL) AS parent \
            JOIN \(key.childSQL) AS child ON \(key.link(child: "child", parent: "parent")) \
            WHERE gone.tab = \(place(key.parent)) AND parent.ctid = gone.tid AND parent.tableoid = gone.oid
            """
        }.joined(separator: " UNION ALL ")
        return
            "WITH RECURSIVE gone (root, tab, oid, tid) AS (\(start) UNION SELECT s.* FROM gone, LATERAL (\(steps)) AS s) "
    }

    /// The rows of the batch that can't go, each with the server's own words for it.
    func refused(_ keys: [PostgresKey], in link: PostgresLink) throws -> [(row: Int, reason: String)] {
        guard !refusing.isEmpty, !keys.isEmpty else { return [] }
        var statement = Statement()
        let closure = closure(keys, &statement)
        let questions = refusing.enumerated().map { number, key in
            // What goes itself is no hindrance where the check comes at the statement's end.
            let isGone =
                key.onDelete == .none && tables.contains { $0.number == key.child }
                ? " AND NOT EXISTS (SELECT 1 FROM gone AS too WHERE too.oid = child.tableoid AND too.tid = child.ctid)"
                : ""
            return """
                SELECT gone.root, \(number) FROM gone JOIN \(key.parentSQL) AS parent ON parent.ctid = gone.tid \
                AND parent.tableoid = gone.oid WHERE gone.tab = \(place(key.parent)) AND EXISTS (SELECT 1 FROM \(key.childSQL) \
                AS child WHERE \(key.link(child: "child", parent: "parent"))\(isGone))
                """
        }
        statement.sql = closure + questions.joined(separator: " UNION ") + " ORDER BY 1, 2"
        let found = try reading(statement, in: link)
        var reasons: [Int: String] = [:]
        for row in 0..<found.count {
            guard let root = found.integer(row, 0), let number = found.integer(row, 1) else { continue }
            let key = refusing[Int(number)]
            let parent = tables[place(key.parent)]
            let child = key.childLabel.split(separator: ".").last.map(String.init) ?? key.childLabel
            reasons[Int(root) - 1] =
                reasons[Int(root) - 1]
                ?? "update or delete on table \"\(parent.name)\" violates foreign key constraint \"\(key.name)\" on table \"\(child)\""
        }
        return reasons.map { ($0.key, $0.value) }
    }

    /// How many rows would go with these.
    func dependents(_ keys: [PostgresKey], in link: PostgresLink) throws -> Int {
        guard !cascades.isEmpty, !keys.isEmpty else { return 0 }
        var statement = Statement()
        let closure = closure(keys, &statement)
        statement.sql =
            closure
                + """
                SELECT count(*) FROM (SELECT DISTINCT oid, tid FROM gone) AS all_gone \
                WHERE NOT EXISTS (SELECT 1 FROM gone AS root WHERE root.tab = 0 AND root.oid = all_gone.oid AND root.tid = all_gone.tid)
                """
        return Int(try reading(statement, in: link).integer(0, 0) ?? 0)
    }
}
