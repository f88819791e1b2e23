import Sweeping
import Synchronization

/// Looks about once a second for whose sake a run had better wait.
///
/// What this role may not see is unknown and no reason to wait: `check` says which membership shows it.
final class PressureGauge: Sendable {
    private struct Look {
        var taken: Duration
        var found: [Pressure]
    }

    private static let interval: Duration = .seconds(1)

    private let limits: PressureLimits
    private let note: @Sendable (String) -> Void
    private let last = Mutex<Look?>(nil)

    /// - Parameter note: is told what a run waits for.
    init(_ limits: PressureLimits, note: @escaping @Sendable (String) -> Void) {
        self.limits = limits
        self.note = note
    }

    /// What the last look found, where it is fresh enough.
    var known: [Pressure]? {
        last.withLock { look in
            guard let look, MonotonicTime.now() - look.taken < (look.found.isEmpty ? Self.interval : .zero) else {
                return nil
            }
            return look.found
        }
    }

    /// - Parameter tables: those that the run deletes from.
    func look(_ tables: [UInt32], in link: PostgresLink) throws -> [Pressure] {
        var found = try replication(in: link)
        if let query = limits.throttleQuery, let pressure = try throttle(query, in: link) { found.append(pressure) }
        found += try space(tables, in: link)
        let look = Look(taken: MonotonicTime.now(), found: found)
        let before = last.withLock { last in
            defer { last = look }
            return last?.found.map(\.reason) ?? []
        }
        // Once for as long as it lasts.
        for pressure in found where !before.contains(pressure.reason) {
            note("a run waits (\(pressure.reason.rawValue)): \(pressure.message)")
        }
        return found
    }

    /// In bytes: intervals say nothing of a standby that stands still.
    private func replication(in link: PostgresLink) throws -> [Pressure] {
        let question = Statement(
            """
            SELECT name, (bytes)::int8 FROM (
              SELECT coalesce(nullif(application_name, ''), client_addr::text, 'a standby'),
                pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(replay_lsn, flush_lsn, write_lsn, sent_lsn))
              FROM pg_stat_replication
              UNION ALL
              SELECT 'the slot ' || slot_name,
                pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(confirmed_flush_lsn, restart_lsn))
              FROM pg_replication_slots WHERE active
            ) AS readers (name, bytes) WHERE bytes > \(limits.replicationBytes) ORDER BY bytes DESC LIMIT 1
            """)
        let rows: PostgresRows
        do {
            rows = try link.run(question)
        } catch let error as PostgresError where !error.isLoss {
            // Some services have no such functions.
            return []
        }
        guard rows.count == 1 else { return [] }
        let bytes = rows.integer(0, 1) ?? 0
        return [Pressure(.replication, "\(rows.text(0, 0) ?? "") is \(bytes) bytes behind")]
    }

    private func throttle(_ query: String, in link: PostgresLink) throws -> Pressure? {
        let rows = try reading(Statement("SELECT coalesce((\(query)), 0)::numeric > 0"), within: .seconds(5), in: link)
        return rows.flag(0, 0) ? Pressure(.throttleQuery, "throttle_query says so") : nil
    }

    private func space(_ tables: [UInt32], in link: PostgresLink) throws -> [Pressure] {
        var found: [Pressure] = []
        let age = limits.snapshotAge.components.seconds
        let snapshots = try link.run(
            Statement(
                """
                SELECT pid, extract(epoch FROM clock_timestamp() - xact_start)::int8 FROM pg_stat_activity
                WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid() AND datname = current_database()
                  AND clock_timestamp() - xact_start > interval '\(age) seconds' ORDER BY xact_start LIMIT 1
                """))
        if snapshots.count == 1 {
            found.append(
                Pressure(
                    .snapshot,
                    "process \(snapshots.integer(0, 0) ?? 0) has looked at the database as it was for \(snapshots.integer(0, 1) ?? 0) s, so"
                        + " that nothing deleted since can be cleared away"))
        }
        guard !tables.isEmpty else { return found }
        let dead = try link.run(
            Statement(
                """
                SELECT s.relname::text, s.n_dead_tup FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
                WHERE s.relid IN (\(tables.map(String.init).joined(separator: ", "))) AND current_setting('autovacuum') = 'on'
                  AND s.n_dead_tup > 100000 + \(PressureLimits.deadRowsFactor) * (current_setting('autovacuum_vacuum_threshold')::int8
                    + current_setting('autovacuum_vacuum_scale_factor')::float8 * greatest(c.reltuples, 0))
                ORDER BY 2 DESC LIMIT 1
                """))
        if dead.count == 1 {
            found.append(
                Pressure(
                    .autovacuum,
                    "\(dead.text(0, 0) ?? "") has \(dead.integer(0, 1) ?? 0) dead rows that autovacuum hasn't cleared away"
                ))
        }
        return found
    }
}
