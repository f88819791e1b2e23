import Sweeping

extension DatabaseSizes {
    /// What the server says of the database: its size, what its tables hold that nobody sees any more, and who else is concerned.
    init(reading link: PostgresLink) throws {
        let rows = try link.run(
            Statement(
                """
                SELECT pg_database_size(current_database()),
                  (SELECT coalesce(sum(n_dead_tup), 0)::int8 FROM pg_stat_user_tables),
                  (SELECT coalesce(sum(n_live_tup), 0)::int8 FROM pg_stat_user_tables)
                """))
        let readers = try LogReaders(in: link)
        let snapshots = try Snapshots(in: link)
        let lag = readers.unseen == nil ? readers.slowest?.bytes ?? 0 : nil
        let age = snapshots.unseen == nil ? snapshots.oldest?.seconds ?? 0 : nil
        self.init(
            fileBytes: rows.integer(0, 0) ?? 0, freeBytes: 0, writeAheadLogBytes: 0, hasPages: false,
            facts: [
                DatabaseFact("dead_rows", "dead rows", rows.integer(0, 1) ?? 0),
                DatabaseFact("live_rows", "live rows", rows.integer(0, 2) ?? 0),
                DatabaseFact("replication_lag_bytes", "replication lag", lag, .bytes),
                DatabaseFact("oldest_snapshot_seconds", "oldest snapshot", age, .seconds),
            ], server: try ServerFacts(of: link))
    }
}

extension ServerFacts {
    init(of link: PostgresLink) throws {
        let rows = try link.run(Statement("SELECT current_setting('server_version'), pg_backend_pid()"))
        self.init(
            kind: "PostgreSQL",
            version: rows.text(0, 0).flatMap { $0.split(separator: " ").first.map(String.init) } ?? "",
            isPooled: rows.integer(0, 1) != Int64(link.processID))
    }
}
