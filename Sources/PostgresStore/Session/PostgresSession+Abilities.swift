import Sweeping

extension PostgresSession {
    package func pressure() async throws -> [Pressure] {
        guard !options.dryRun else { return [] }
        if let known = gauge.known { return known }
        return try await perform { try gauge.look(changed.tables, in: $0) }
    }

    package func causesOfCost(_ change: TableChange) async throws -> [String] {
        try await perform { link in
            let table = try schema.table(change.selection.table, in: link)
            guard change.action == .delete else { return table.onUpdate.map { "the \($0) on \(table.label)" } }
            let reached = schema.reachedByDeletion(from: table.number)
            let keys = schema.foreignKeys.filter { reached.contains($0.parent) && !$0.isIndexed }.map { key in
                "\(key.childLabel).\(key.childColumns.joined(separator: ", ")) refers to its rows and has no index, so all of"
                    + " \(key.childLabel) is read"
            }
            let triggers = try reached.flatMap { number in
                let table = try schema.table(number, in: link)
                return table.onDelete.map { "the \($0) on \(table.label)" }
            }
            return keys.sorted() + triggers
        }
    }

    package func newestTime(in columns: [ColumnReference]) async throws -> NewestTime? {
        try await perform { link in
            let zones = ZoneSamples(schema: schema, options: options)
            return try columns.compactMap { try zones.newest(in: $0, link) }.max { $0.time < $1.time }
        }
    }

    /// Fresh statistics for tables that lost a good part of their rows, and VACUUM where that is wanted; a table of somebody else's is left
    /// to autovacuum.
    package func tidyUp() async throws {
        guard !options.dryRun else { return }
        try await perform { link in
            for (number, rows) in changed.counts {
                let table = try schema.table(number, in: link)
                if vacuums, try TableSpace(of: table, in: link).obstacle == nil {
                    _ = try Vacuum(table: table).run(in: link)
                    continue
                }
                let facts = try link.run(
                    Statement(
                        """
                        SELECT reltuples::int8, pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = \(number)
                        """))
                guard facts.count == 1, facts.flag(0, 1), Int64(rows) * 10 > (facts.integer(0, 0) ?? 0) else {
                    continue
                }
                _ = try link.run(Statement("ANALYZE (SKIP_LOCKED) \(table.sql)"))
            }
        }
    }
}

/// The newest of the times that carry no offset.
struct ZoneSamples {
    let schema: PostgresSchema
    let options: SessionOptions

    func newest(in reference: ColumnReference, _ link: PostgresLink) throws -> NewestTime? {
        guard let table = try? schema.table(reference.table, in: link), let column = table.column(reference.column)
        else {
            return nil
        }
        let reader = TimeReader(zone: options.timeZone, now: options.now)
        let values: [Value]
        switch column.kind {
        case .time(.plain):
            var statement = Statement()
            let latest = statement.bind(PostgresTime.Kind.plain.text(options.now + .days(1), in: options.timeZone))
            let name = column.sql()
            let isSorted = table.index(leading: column.name) != nil
            statement.sql =
                isSorted
                ? "SELECT \(name) FROM \(table.sql) AS t WHERE \(name) < \(latest)::timestamp ORDER BY \(name) DESC LIMIT 1"
                : "SELECT max(c) FROM (SELECT \(name) AS c FROM \(table.sql) AS t LIMIT 5000) AS found WHERE c < \(latest)::timestamp"
            let rows = try reading(statement, within: .seconds(5), in: link)
            values = (0..<rows.count).map { column.kind.value(rows.bytes($0, 0)) }
        case .text:
            values = try schema.samples(of: reference, column, table, in: link)
        default: return nil
        }
        let times = values.compactMap { value -> Timestamp? in
            guard case .text(let bytes) = value, let written = WrittenTime(bytes), written.offset == nil,
                case .at(let instant) = reader.time(value), instant < options.now + .days(1)
            else { return nil }
            return instant
        }
        return times.max().map { NewestTime(column: reference, time: $0) }
    }
}
