import GRDB
import Sweeping

extension SQLiteSession {
    /// How often and for how long the log is tried to be emptied. Writers wait while it is tried.
    private static var emptyingAttempts: Int { 5 }

    /// Rewrites the file, and moves the log into it as far as readers allow.
    /// - Throws: `StopReason.cancelled`, `StoreError`; then the file is as it was.
    func vacuum(_ control: RunControl) async throws -> CompactionOutcome {
        let before = try await perform { try SpaceFacts($0) }
        let sizesBefore = before.sizes(of: file)
        let duration = try await rewrite(control)
        // The file is new by now: what goes wrong from here on only leaves the log longer.
        let waiting = (try? await emptyLog()) ?? file.writeAheadLogBytes
        let after = try await perform { try SpaceFacts($0) }
        return CompactionOutcome(
            before: sizesBefore, after: after.sizes(of: file), givenBackBytes: before.bytes - after.bytes,
            duration: duration, waitingLogBytes: waiting)
    }

    /// - Returns: how long it took.
    private func rewrite(_ control: RunControl) async throws -> Duration {
        let took: Duration? = try await perform { database in
            do {
                return try StopHandler { control.isCancelled }.guarding(database) {
                    try LockPatience(gate: gate, limit: options.busyTimeout) { deadline in
                        try attempt(database, deadline)
                    }
                }
            } catch let error as DatabaseError {
                switch error.resultCode {
                case .SQLITE_INTERRUPT: return nil
                case .SQLITE_BUSY where control.isCancelled: return nil
                case .SQLITE_FULL:
                    throw StoreError(
                        .full,
                        "the disk became full, either where \(file.path) is or where SQLite puts its temporary files;"
                            + " the database is as it was")
                default: throw error
                }
            }
        }
        guard let took else { throw StopReason.cancelled }
        return took
    }

    private func attempt(_ database: Database, _ deadline: Duration) throws -> Duration {
        let asked = MonotonicTime.now()
        // Without a log it waits for readers as well, and keeps new ones out for that time.
        let isLogged = try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal"
        gate.allow(isLogged ? deadline - asked : min(deadline - asked, LockPatience.waitForReaders))
        try database.execute(sql: "VACUUM")
        return MonotonicTime.now() - asked
    }

    /// - Returns: the bytes in the log that readers keep there.
    private func emptyLog() async throws -> Int64 {
        var waiting = try await relieveLog()
        for _ in 0..<Self.emptyingAttempts where file.writeAheadLogBytes > 0 {
            // The content is in the file, or readers are in the way: now the log itself is cut, if they let go soon.
            try? await perform { database in
                gate.allow(LockPatience.waitForReaders)
                _ = try database.checkpoint(.truncate)
            }
            waiting = try await relieveLog()
        }
        return waiting
    }
}
