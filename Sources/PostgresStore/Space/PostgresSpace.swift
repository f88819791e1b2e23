import Sweeping
import Synchronization

/// `VACUUM` on request: what autovacuum does by itself, at once.
package struct PostgresSpace: SpaceReuser {
    private let store: PostgresMaintenanceStore

    package init(_ store: PostgresMaintenanceStore) {
        self.store = store
    }

    package func look(at tables: [TableReference]) async throws -> [TableSpace] {
        let name = store.name
        return try await store.looking { link in
            try ServerKind.check(link, name)
            let schema = try PostgresSchema(link)
            var numbers: [UInt32] = []
            for table in tables {
                // One that isn't there has no space.
                guard let shape = try? schema.table(table, in: link) else { continue }
                numbers += schema.reachedByDeletion(from: shape.number).filter { !numbers.contains($0) }
            }
            return try numbers.map { try TableSpace(of: schema.table($0, in: link), in: link) }
        }
    }

    package func reuse(_ tables: [TableSpace], control: RunControl) async throws -> [TableSpace] {
        let done = Mutex<[TableSpace]>([])
        for space in tables {
            guard !control.isCancelled else { throw StopReason.cancelled }
            let after = try await store.looking { link in
                guard space.obstacle == nil else { return space }
                let schema = try PostgresSchema(link)
                let table = try schema.table(space.table, in: link)
                link.patience.isStopping = { control.isCancelled }
                let isDone: Bool
                do {
                    isDone = try Vacuum(table: table).run(in: link)
                } catch let error as PostgresError where error.isCancelled && control.isCancelled {
                    throw StopReason.cancelled
                }
                var after = try TableSpace(of: table, in: link)
                after.wasLocked = !isDone
                return after
            }
            done.withLock { $0.append(after) }
        }
        return done.withLock(\.self)
    }
}

extension TableSpace {
    init(of table: TableShape, in link: PostgresLink) throws {
        let maintains =
            link.version >= 170_000 ? "has_table_privilege(c.oid, 'MAINTAIN')" : "pg_has_role(c.relowner, 'USAGE')"
        let rows = try link.run(
            Statement(
                """
                SELECT coalesce(sum(s.n_live_tup), 0)::int8, coalesce(sum(s.n_dead_tup), 0)::int8,
                  CASE WHEN current_setting('autovacuum') = 'on' AND bool_or(coalesce(o.enabled, true)) THEN sum(
                    coalesce(o.threshold, current_setting('autovacuum_vacuum_threshold')::float8)
                    + coalesce(o.factor, current_setting('autovacuum_vacuum_scale_factor')::float8) * greatest(p.reltuples, 0))::int8 END,
                  (extract(epoch FROM max(greatest(s.last_vacuum, s.last_autovacuum))) * 1000000)::int8,
                  bool_and(\(maintains) OR pg_has_role(d.datdba, 'USAGE')),
                  quote_ident(current_user),
                  (SELECT quote_ident(rolname) FROM pg_roles WHERE oid = min(c.relowner) AND NOT rolsuper)
                FROM pg_class c JOIN pg_database d ON d.datname = current_database()
                JOIN LATERAL (SELECT relid AS part FROM pg_partition_tree(c.oid) UNION SELECT c.oid) AS parts ON true
                JOIN pg_class p ON p.oid = parts.part
                LEFT JOIN pg_stat_user_tables s ON s.relid = p.oid
                LEFT JOIN LATERAL (
                  SELECT max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_threshold')::float8 AS threshold,
                    max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_scale_factor')::float8 AS factor,
                    max(option_value) FILTER (WHERE option_name = 'autovacuum_enabled')::boolean AS enabled
                  FROM pg_options_to_table(p.reloptions)) AS o ON true
                WHERE c.oid = \(table.number)
                """))
        let role = rows.text(0, 5) ?? "the role"
        // What a superuser may is nothing to be given away for this.
        let grant =
            link.version >= 170_000
            ? "GRANT MAINTAIN ON \(table.sql) TO \(role), or "
            : rows.text(0, 6).map { "GRANT \($0) TO \(role), or " } ?? ""
        self.init(
            table: table.reference, bytes: try TableSpace.bytes(of: table, in: link), liveRows: rows.integer(0, 0) ?? 0,
            deadRows: rows.integer(0, 1) ?? 0, threshold: rows.integer(0, 2),
            lastDone: rows.integer(0, 3).map(Timestamp.init(microseconds:)),
            obstacle: rows.flag(0, 4)
                ? nil : "\(role) may not vacuum it: \(grant)its owner can run \(Vacuum(table: table).sql)")
    }

    /// Nil while somebody has it locked: its size waits for that.
    private static func bytes(of table: TableShape, in link: PostgresLink) throws -> Int64? {
        let question = Statement(
            """
            SELECT sum(pg_total_relation_size(part))::int8
            FROM (SELECT relid AS part FROM pg_partition_tree(\(table.number)) UNION SELECT \(table.number)) AS parts
            """)
        do {
            return try reading(question, within: .seconds(1), in: link).integer(0, 0)
        } catch let error as PostgresError where error.isLocked || error.isCancelled {
            return nil
        }
    }
}
