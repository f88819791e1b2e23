import Sweeping

/// Looking at tables that nobody has named yet.
extension PostgresSession {
    package func tables() async throws -> [TableReference] {
        try await perform { link in
            let rows = try link.run(
                Statement(
                    """
                    SELECT c.relname::text, CASE WHEN NOT pg_table_is_visible(c.oid) THEN n.nspname::text END
                    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
                      AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
                      AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
                    ORDER BY n.nspname, c.relname
                    """))
            return (0..<rows.count).compactMap { row in
                rows.text(row, 0).map { TableReference($0, schema: rows.text(row, 1)) }
            }
        }
    }

    package func bytes(of table: TableReference) async throws -> Int64? {
        try await perform { link in
            let leaves = try schema.leaves(of: schema.table(table, in: link).number, in: link)
            let sizes = leaves.map { "pg_total_relation_size(\($0))" }.joined(separator: " + ")
            return try link.run(Statement("SELECT (\(sizes))::int8")).integer(0, 0)
        }
    }

    package func times(in column: ReadColumn, of table: TableReference) async throws -> ColumnTimes? {
        try await perform { link in
            let shape = try schema.table(table, in: link)
            guard let own = shape.column(column.name) else { return nil }
            let reader = column.reading.applied(
                to: try schema.reader(of: ColumnReference(table, column.name), options, in: link))
            let values: [Value]
            if case .time(let kind) = own.kind {
                let cutoffs = TimeCutoffs(kind: kind, zone: reader.zone)
                let name = own.sql()
                let isWritten =
                    "c >= \(literal(cutoffs.unsetBefore))::\(kind.name) AND c < \(literal(TimeCutoffs.beyondClocks))::\(kind.name)"
                // Without an index, some of the rows stand for all.
                let from =
                    shape.index(leading: own.name) == nil
                    ? "(SELECT \(name) AS c FROM \(shape.sql) AS t LIMIT 5000)"
                    : "(SELECT \(name) AS c FROM \(shape.sql) AS t)"
                let sql = "SELECT min(c), max(c) FROM \(from) AS found WHERE \(isWritten)"
                let rows = try reading(Statement(sql), within: .seconds(5), in: link)
                values = [0, 1].map { own.kind.value(rows.bytes(0, $0)) }
            } else {
                values = try schema.samples(of: ColumnReference(table, column.name), own, shape, in: link)
            }
            let found = values.compactMap { if case .at(let time) = reader.time($0) { time } else { nil } }
            guard !found.isEmpty else { return nil }
            return ColumnTimes(format: reader.format, oldest: found.min(), newest: found.max())
        }
    }
}
