import Sweeping

/// `VACUUM` of one table, as politely as autovacuum: nobody waits for it, and it waits for nobody's lock. Without `TRUNCATE` it never
/// takes the lock that keeps everybody out.
struct Vacuum {
    let table: TableShape

    /// How long one may take; a table that takes longer is autovacuum's.
    private static let longest: Duration = .seconds(3600)

    var sql: String { "VACUUM (SKIP_LOCKED, TRUNCATE false, ANALYZE) \(table.sql)" }

    /// - Returns: whether it was done; somebody may have had the table locked.
    func run(in link: PostgresLink) throws -> Bool {
        let before = try count(in: link)
        // Behind a pooler, what is set for a connection is set for whoever gets it next.
        let isOwn = try link.run(Statement("SELECT pg_backend_pid()")).integer(0, 0) == Int64(link.processID)
        if isOwn { _ = try link.run(Statement("SELECT set_config('vacuum_cost_delay', '2ms', false)")) }
        // What this connection deleted itself would be counted as dead after it was cleared away.
        if link.version >= 150_000 { _ = try link.run(Statement("SELECT pg_stat_force_next_flush()")) }
        let patience = link.patience.cancelAfter
        link.patience.cancelAfter = Self.longest
        defer { link.patience.cancelAfter = patience }
        _ = try link.run(Statement(sql))
        if isOwn { _ = try link.run(Statement("RESET vacuum_cost_delay")) }
        // Before version 15 the server's statistics come a moment late.
        let deadline = MonotonicTime.now() + .seconds(2)
        while true {
            if try count(in: link) != before { return true }
            guard MonotonicTime.now() < deadline else { return false }
            _ = try link.run(Statement("SELECT pg_sleep(0.05)"))
        }
    }

    /// How often the table, or a part of it, was vacuumed on request.
    private func count(in link: PostgresLink) throws -> Int64? {
        try link.run(
            Statement(
                """
                SELECT sum(vacuum_count)::int8 FROM pg_stat_user_tables
                WHERE relid IN (SELECT relid FROM pg_partition_tree(\(table.number)) UNION SELECT \(table.number))
                """)
        ).integer(0, 0)
    }
}
