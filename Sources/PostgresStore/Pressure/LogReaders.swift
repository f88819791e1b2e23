import Sweeping

/// Who reads the server's log, and how far it is behind. In bytes: intervals say nothing of a standby that stands still.
struct LogReaders {
    /// The one that is furthest behind; nil where nobody reads the log.
    var slowest: (name: String, bytes: Int64)?
    /// Why the others can't be seen; nil where all can.
    var unseen: String?

    init(in link: PostgresLink) throws {
        let question = Statement(
            """
            SELECT name, bytes::int8, bytes IS NULL AND NOT pg_has_role('pg_read_all_stats', 'USAGE'), quote_ident(current_user) FROM (
              SELECT coalesce(nullif(application_name, ''), client_addr::text, 'a standby'),
                pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(replay_lsn, flush_lsn, write_lsn, sent_lsn))
              FROM pg_stat_replication
              UNION ALL
              SELECT 'the slot ' || slot_name,
                pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(confirmed_flush_lsn, restart_lsn))
              FROM pg_replication_slots WHERE active
            ) AS readers (name, bytes) WHERE NOT pg_is_in_recovery() ORDER BY bytes DESC NULLS LAST
            """)
        let rows: PostgresRows
        do {
            rows = try link.run(question)
        } catch let error as PostgresError where !error.isLoss {
            // Some services have no such functions.
            unseen = "the server doesn't say how far who reads its log is behind (\(error.reason))"
            return
        }
        guard rows.count > 0 else { return }
        if let bytes = rows.integer(0, 1) { slowest = (rows.text(0, 0) ?? "", bytes) }
        if (0..<rows.count).contains(where: { rows.flag($0, 2) }) {
            let role = rows.text(0, 3) ?? "this role"
            unseen = "\(role) may not see how far standbys are behind: GRANT pg_monitor TO \(role)"
        }
    }
}
