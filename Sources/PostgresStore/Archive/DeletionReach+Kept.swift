import Sweeping

/// Which rows a deletion takes along or changes, before it does.
extension DeletionReach {
    /// A table from which rows go along, or whose rows are loosened from those that go.
    struct Target {
        let table: TableShape
        /// The foreign keys that loosen its rows; nil where they go too.
        let loosening: [ForeignKeyShape]?
    }

    /// Rows of one table or partition, by where they are in the transaction's snapshot.
    struct Places {
        let target: Int
        let partition: Int64
        /// As PostgreSQL writes an array.
        private(set) var list: [UInt8] = []

        mutating func add(_ place: UnsafeRawBufferPointer) {
            list += list.isEmpty ? "{\"".utf8 : ",\"".utf8
            list += place
            list.append(UInt8(ascii: "\""))
        }

        init(target: Int, partition: Int64) {
            self.target = target
            self.partition = partition
        }

        /// Asks for the rows.
        func reading(_ table: KeptTable) -> Statement {
            var statement = Statement()
            let places = statement.bind(list + [UInt8(ascii: "}")])
            statement.sql = """
                SELECT \(table.readings()) FROM \(table.shape.sql) AS t WHERE t.ctid = ANY (\(places)::tid[]) \
                AND t.tableoid = \(partition)::oid
                """
            statement.isText = true
            return statement
        }
    }

    /// The tables that rows go from come first, parents before children; those whose rows are loosened follow.
    func targets(in link: PostgresLink) throws -> [Target] {
        let loosening = Dictionary(grouping: schema.foreignKeys.filter(isLoosening), by: \.child)
        return ordered.map { Target(table: tables[$0], loosening: nil) }
            + (try loosening.sorted { $0.key < $1.key }.map {
                Target(table: try schema.table($0.key, in: link), loosening: $0.value)
            })
    }

    /// Whether anything but the deleted rows is concerned.
    var isAlone: Bool { cascades.isEmpty && !schema.foreignKeys.contains(where: isLoosening) }

    /// The foreign keys by which rows go or are loosened with those of the table itself; whatever else goes hangs off such rows.
    var keysOntoIt: [ForeignKeyShape] {
        (cascades + schema.foreignKeys.filter(isLoosening)).filter { $0.parent == plan.table.number }
    }

    /// Asks whether rows hang off one: mostly there are none, as an index tells for each row.
    /// - Returns: nil where no index does, or not all that hangs off it may be read.
    func hanging(_ kept: KeptTables, in link: PostgresLink) throws -> String? {
        let keys = keysOntoIt
        let areReadable = try targets(in: link).allSatisfy { try kept.table($0.table, in: link).isReadable }
        guard !keys.isEmpty, !plan.table.isPartitioned, keys.allSatisfy(\.isIndexed), areReadable else { return nil }
        return keys.map { key in
            // Were it asked for one only, the planner would believe to find it soon in a table of which many rows refer to few, and read
            // all of it for each row that has none.
            "(SELECT count(*) FROM \(key.childSQL) AS r WHERE \(key.link(child: "r", parent: "t"))) > 0"
        }.joined(separator: " OR ")
    }

    /// Whether rows stay that refer to those that go.
    var loosens: Bool { schema.foreignKeys.contains(where: isLoosening) }

    private func isLoosening(_ key: ForeignKeyShape) -> Bool {
        (key.onDelete == .setNull || key.onDelete == .setDefault) && tables.contains { $0.number == key.parent }
    }

    /// The places of the tables, each behind those that its rows refer to, as far as they don't refer to each other.
    private var ordered: [Int] {
        var rest = Array(tables.indices)
        var order: [Int] = []
        while !rest.isEmpty {
            let free = rest.firstIndex { place in
                !schema.foreignKeys.contains { key in
                    key.child == tables[place].number && key.parent != key.child
                        && rest.contains { tables[$0].number == key.parent }
                }
            }
            order.append(rest.remove(at: free ?? 0))
        }
        return order
    }

    /// Asks for the rows that these take along or loosen: the target's number, the partition, the place.
    /// - Parameter places: of the rows that are deleted themselves; they aren't among the answers.
    func reaching(_ places: (partitions: [[UInt8]?], rows: [[UInt8]?]), _ targets: [Target]) -> Statement {
        var statement = Statement()
        let lists = "\(statement.bind(places.partitions))::oid[], \(statement.bind(places.rows))::tid[]"
        let closure = closure(
            from: "SELECT g.root, 0, g.oid, g.tid, true FROM unnest(\(lists)) WITH ORDINALITY AS g (oid, tid, root)")
        var parts: [String] = []
        for (number, target) in targets.enumerated() {
            guard let loosening = target.loosening else {
                // Only the rows of the batch itself.
                if target.table.number == plan.table.number, !takesOwn { continue }
                parts.append(
                    """
                    SELECT \(number), oid, tid FROM gone WHERE tab = \(place(target.table.number)) \
                    GROUP BY oid, tid HAVING NOT bool_or(is_start)
                    """)
                continue
            }
            let found = loosening.map { key in
                """
                SELECT child.tableoid AS oid, child.ctid AS tid FROM \(RowByRow.gone(in: key.parentSQL, as: "parent")) \
                \(RowByRow.children(key)) WHERE gone.tab = \(place(key.parent))
                """
            }.joined(separator: " UNION ")
            parts.append(
                """
                SELECT DISTINCT \(number), oid, tid FROM (\(found)) AS s \
                WHERE NOT EXISTS (SELECT 1 FROM gone AS too WHERE too.oid = s.oid AND too.tid = s.tid)
                """)
        }
        statement.sql =
            closure + "SELECT number, oid::int8, tid::text FROM ("
            + parts.joined(separator: " UNION ALL ") + ") AS reached (number, oid, tid)"
        return statement
    }
}
