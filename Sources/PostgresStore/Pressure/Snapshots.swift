import Sweeping

/// Other transactions that keep deleted rows alive.
struct Snapshots {
    /// The oldest: the server's process, and for how many seconds; nil where there is none.
    var oldest: (process: Int64, seconds: Int64)?
    /// Why others' can't be seen; nil where they can.
    var unseen: String?

    init(in link: PostgresLink) throws {
        let rows = try link.run(
            Statement(
                """
                SELECT pid, extract(epoch FROM clock_timestamp() - xact_start)::int8,
                  pg_has_role('pg_read_all_stats', 'USAGE'), quote_ident(current_user)
                FROM (SELECT) AS one LEFT JOIN pg_stat_activity ON backend_xmin IS NOT NULL AND pid <> pg_backend_pid()
                  AND datname = current_database() AND xact_start IS NOT NULL
                ORDER BY xact_start NULLS LAST LIMIT 1
                """))
        guard rows.count == 1 else { return }
        if let process = rows.integer(0, 0), let seconds = rows.integer(0, 1) { oldest = (process, max(0, seconds)) }
        if !rows.flag(0, 2) {
            let role = rows.text(0, 3) ?? "this role"
            unseen = "\(role) may not see others' old snapshots: GRANT pg_monitor TO \(role)"
        }
    }
}
