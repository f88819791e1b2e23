import Sweeping

/// Which rows go with deleted ones by foreign keys, and which of those keys would refuse it: asked of the database without changing
/// anything.
struct DeletionReach {
    let plan: WritePlan
    let schema: PostgresSchema
    /// The tables from which rows go; the one that is deleted from is the first.
    let tables: [TableShape]
    let cascades: [ForeignKeyShape]
    private let refusing: [ForeignKeyShape]
    /// The place of the table with rows that are to stay, where a deletion may reach it.
    private let spared: (place: Int, key: [ColumnShape], condition: Condition)?
    /// Whether a row may take others of its own table along, so that it matters which goes first.
    let takesOwn: Bool

    init(_ plan: WritePlan, _ schema: PostgresSchema, in link: PostgresLink) throws {
        self.plan = plan
        self.schema = schema
        let reached = schema.reachedByDeletion(from: plan.table.number)
        tables = try reached.map { try schema.table($0, in: link) }
        cascades = schema.cascades(from: plan.table.number)
        // What goes before the rows, in batches of its own, refuses nothing by then.
        let before = plan.change.dependents.compactMap { try? schema.table($0.table, in: link).number }
        refusing = schema.foreignKeys.filter { key in
            reached.contains(key.parent) && (key.onDelete == .none || key.onDelete == .restrict)
                && !(key.parent == plan.table.number && before.contains(key.child))
        }
        takesOwn = cascades.contains { $0.child == plan.table.number }
        if let wanted = plan.change.spared, let table = try? schema.table(wanted.table, in: link),
            let place = reached.firstIndex(of: table.number), place > 0 || takesOwn
        {
            spared = (place, try table.primaryKey.map(table.required), wanted.condition)
        } else {
            spared = nil
        }
    }

    /// Whether a foreign key may keep rows from going.
    var mayRefuse: Bool { !refusing.isEmpty }

    /// Whether rows that are to go before, as long as they are there, keep the others from going.
    func isBlocked(by dependents: [Dependents], in link: PostgresLink) throws -> Bool {
        let before = dependents.compactMap { try? schema.table($0.table, in: link).number }
        return schema.keys(onto: plan.table.number).contains { key in
            (key.onDelete == .none || key.onDelete == .restrict) && before.contains(key.child)
        }
    }

    /// The numbers of the tables from which rows go along.
    var reached: [UInt32] { tables.dropFirst().map(\.number) }

    /// Whether this role may read every table that a deletion concerns.
    func isReadable(in link: PostgresLink) throws -> Bool {
        let numbers = Set(tables.map(\.number) + refusing.map(\.child)).map {
            "has_table_privilege(\($0)::oid, 'SELECT')"
        }
        return try link.run(Statement("SELECT \(numbers.joined(separator: " AND "))")).flag(0, 0)
    }

    /// Whether each row has to be looked at before it goes.
    var isFamily: Bool { takesOwn || spared != nil }

    func place(_ table: UInt32) -> Int { tables.firstIndex { $0.number == table } ?? 0 }

    /// The rows that go, each with the row of the batch that takes it along, the rows of the batch among them: `gone`.
    private func closure(_ keys: [PostgresKey], _ statement: inout Statement) -> String {
        let names = plan.key.indices.map { "k\($0)" }.joined(separator: ", ")
        let lists = zip(plan.key.indices, plan.key).map { index, column in
            "\(statement.bind(keys.map { $0.key[$0.key.startIndex + index] }))::\(column.type)[]"
        }.joined(separator: ", ")
        return closure(
            from: """
                SELECT g.root, 0, t.tableoid, t.ctid, true FROM unnest(\(lists)) WITH ORDINALITY AS g (\(names), root) \
                \(RowByRow.named("g", in: plan.table, plan.key))
                """)
    }

    /// - Parameter start: selects the rows of the batch.
    func closure(from start: String) -> String {
        guard !cascades.isEmpty else { return "WITH gone (root, tab, oid, tid, is_start) AS (\(start)) " }
        let steps = cascades.map { key in
            """
            SELECT gone.root, \(place(key.child)), child.tableoid, child.ctid, false \
            FROM \(RowByRow.row(of: key.parentSQL, as: "parent")) \(RowByRow.children(key)) \
            WHERE gone.tab = \(place(key.parent))
            """
        }.joined(separator: " UNION ALL ")
        return
            "WITH RECURSIVE gone (root, tab, oid, tid, is_start) AS (\(start) UNION SELECT s.* FROM gone, LATERAL (\(steps)) AS s) "
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
                SELECT gone.root, \(number) FROM \(RowByRow.gone(in: key.parentSQL, as: "parent")) \
                WHERE gone.tab = \(place(key.parent)) AND EXISTS (SELECT 1 FROM \(key.childSQL) AS child WHERE \(key.link(child: "child", parent: "parent"))\(isGone))
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

    /// The rows of other tables, by primary key, that would go with these.
    func cascaded(_ keys: [PostgresKey], in link: PostgresLink) throws -> [(table: UInt32, names: [Value])] {
        guard !cascades.isEmpty, !keys.isEmpty else { return [] }
        return try tables.enumerated().dropFirst().compactMap { place, table in
            let key = try table.primaryKey.map(table.required)
            guard !key.isEmpty else { return nil }
            var statement = Statement()
            let closure = closure(keys, &statement)
            statement.sql =
                closure + """
                    SELECT DISTINCT gone.tab\(names(key)) FROM \(RowByRow.gone(in: table.sql, as: "t")) WHERE gone.tab = \(place)
                    """
            let found = try reading(statement, in: link)
            return (table.number, (0..<found.count).map { name(of: key, found, $0) })
        }
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
                WHERE NOT EXISTS (SELECT 1 FROM gone AS root WHERE root.is_start AND root.oid = all_gone.oid AND root.tid = all_gone.tid)
                """
        return Int(try reading(statement, in: link).integer(0, 0) ?? 0)
    }

    /// The rows of the batch that would take one along that is to stay.
    /// - Parameter settled: rows that a dry run would have made something else of by now.
    func sparing(_ keys: [PostgresKey], settled: ForeseenRows?, in link: PostgresLink) throws -> Set<Int> {
        guard let spared, !keys.isEmpty else { return [] }
        let table = tables[spared.place]
        var statement = Statement()
        let closure = closure(keys, &statement)
        let isSpared = try plan.conditions.exact(spared.condition, of: table, as: "t", &statement)
        statement.sql =
            closure + """
                SELECT DISTINCT gone.root\(names(spared.key)) FROM \(RowByRow.gone(in: table.sql, as: "t")) WHERE gone.tab = \(spared.place) AND \(isSpared)
                """
        let found = try link.run(statement)
        return Set(
            (0..<found.count).compactMap { row in
                let name = name(of: spared.key, found, row)
                guard settled?.contains(name, of: table.number, as: .settled) != true else { return nil }
                return found.integer(row, 0).map { Int($0) - 1 }
            })
    }

    /// The names of the rows of the table itself that each row of the batch takes along.
    func ownRows(_ keys: [PostgresKey], in link: PostgresLink) throws -> [Int: [Value]] {
        guard takesOwn, !keys.isEmpty else { return [:] }
        var statement = Statement()
        let closure = closure(keys, &statement)
        statement.sql =
            closure + """
                SELECT DISTINCT gone.root\(names(plan.key)) FROM \(RowByRow.gone(in: plan.table.sql, as: "t")) WHERE gone.tab = 0
                """
        let found = try link.run(statement)
        var taken: [Int: [Value]] = [:]
        for row in 0..<found.count {
            guard let root = found.integer(row, 0).map({ Int($0) - 1 }) else { continue }
            let name = name(of: plan.key, found, row)
            if name != keys[root].name { taken[root, default: []].append(name) }
        }
        return taken
    }

    private func names(_ key: [ColumnShape]) -> String {
        key.map { ", " + $0.kind.reading($0.sql()) }.joined()
    }

    private func name(of key: [ColumnShape], _ rows: PostgresRows, _ row: Int) -> Value {
        Value(naming: key.indices.map { key[$0].kind.value(rows.bytes(row, $0 + 1)) })
    }
}

/// What becomes of the rows of a batch that hang together: in order, since a row that went along with an earlier one isn't there for its
/// own turn.
struct FamilyFates {
    private(set) var results: [Int: BatchOutcome.Row] = [:]
    /// The rows that are to be deleted themselves.
    private(set) var going: [Int] = []
    /// The rows that go along, by name.
    private(set) var taken: Set<Value> = []

    /// - Parameter gone: whether a row went along with one of an earlier batch.
    init(_ keys: [PostgresKey], spared: Set<Int>, own: [Int: [Value]], gone: (Value) -> Bool) {
        for (place, key) in keys.enumerated() {
            if taken.contains(key.name) || gone(key.name) {
                results[place] = .gone
            } else if spared.contains(place) {
                results[place] = .spared
            } else {
                going.append(place)
                taken.formUnion(own[place] ?? [])
            }
        }
    }
}
