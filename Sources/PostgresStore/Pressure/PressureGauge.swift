import Sweeping
import Synchronization

/// Looks about once a second for whose sake a run had better wait.
///
/// What this role may not see is unknown and no reason to wait: `check` and the run's report say which membership shows it.
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
            guard let look, look.found.allSatisfy(\.isUnknown), MonotonicTime.now() - look.taken < Self.interval
            else { return nil }
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
            return last?.found.filter { !$0.isUnknown }.map(\.reason) ?? []
        }
        // Once for as long as it lasts.
        for pressure in found where !pressure.isUnknown && !before.contains(pressure.reason) {
            note("a run waits (\(pressure.reason.rawValue)): \(pressure.message)")
        }
        return found
    }

    private func replication(in link: PostgresLink) throws -> [Pressure] {
        let readers = try LogReaders(in: link)
        if let slowest = readers.slowest, slowest.bytes > limits.replicationBytes {
            return [Pressure(.replication, "\(slowest.name) is \(slowest.bytes) bytes behind")]
        }
        return readers.unseen.map { [Pressure(.replication, $0, isUnknown: true)] } ?? []
    }

    private func throttle(_ query: String, in link: PostgresLink) throws -> Pressure? {
        do {
            return try ThrottleQuery(sql: query).reason(in: link).map {
                Pressure(.throttleQuery, "throttle_query gives \($0)")
            }
        } catch let error as PostgresError where !error.isLoss {
            return Pressure(.throttleQuery, "throttle_query gives no answer: \(error.reason)", isUnknown: true)
        }
    }

    private func space(_ tables: [UInt32], in link: PostgresLink) throws -> [Pressure] {
        var found: [Pressure] = []
        let snapshots = try Snapshots(in: link)
        if let oldest = snapshots.oldest, oldest.seconds > limits.snapshotAge.components.seconds {
            found.append(
                Pressure(
                    .snapshot,
                    "process \(oldest.process) has looked at the database as it was for \(oldest.seconds) s, so that nothing"
                        + " deleted since can be cleared away"))
        } else if let unseen = snapshots.unseen {
            found.append(Pressure(.snapshot, unseen, isUnknown: true))
        }
        guard !tables.isEmpty else { return found }
        if try link.run(Statement("SELECT current_setting('track_counts') <> 'on'")).flag(0, 0) {
            found.append(
                Pressure(.autovacuum, "track_counts is off, so the server doesn't count dead rows", isUnknown: true))
        }
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
