import Sweeping

extension DatabaseSizes {
    /// What the server says of the database: its size, and what its tables hold that nobody sees any more.
    init(reading link: PostgresLink) throws {
        let rows = try link.run(
            Statement(
                """
                SELECT pg_database_size(current_database()),
                  (SELECT coalesce(sum(n_dead_tup), 0)::int8 FROM pg_stat_user_tables),
                  (SELECT coalesce(sum(n_live_tup), 0)::int8 FROM pg_stat_user_tables)
                """))
        self.init(
            fileBytes: rows.integer(0, 0) ?? 0, freeBytes: 0, writeAheadLogBytes: 0, hasPages: false,
            facts: [
                DatabaseFact("dead_rows", "dead rows", rows.integer(0, 1) ?? 0),
                DatabaseFact("live_rows", "live rows", rows.integer(0, 2) ?? 0),
            ])
    }
}
