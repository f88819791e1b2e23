import GRDB
import Sweeping

extension SQLiteSession {
    /// How often it is tried to empty the log. Writers wait while it is tried, so there are pauses between.
    private static var emptyingAttempts: Int { 5 }

    /// Rewrites the file, and moves the log into it as far as readers allow.
    /// - Throws: `StopReason.cancelled`, `StoreError`; then the file is as it was.
    func vacuum(_ control: RunControl) async throws -> CompactionOutcome {
        let before = try await perform { try SpaceFacts($0) }
        let sizesBefore = before.sizes(of: file)
        let duration = try await rewrite(control)
        // The file is new by now: what goes wrong from here on is no failure of it.
        let waiting: Int64?
        do { waiting = try await emptyLog() } catch { waiting = file.writeAheadLogBytes }
        let after = (try? await perform { try SpaceFacts($0) }) ?? before.rewritten(to: file.bytes)
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
        let isLogged = database.usesLog
        gate.allow(isLogged ? deadline - asked : min(deadline - asked, LockPatience.waitForReaders))
        let version = try schemaVersion(database)
        // SQLite's usual cache, in KiB: a run's larger one is for pages that are written again and again, which these aren't.
        try database.execute(sql: "PRAGMA cache_size = -2000")
        do {
            try database.execute(sql: "VACUUM")
        } catch let error as DatabaseError {
            // SQLite puts its temporary file in order after it has committed the new database, and where that fails (the disk is
            // full by then) so does the statement. VACUUM counts the schema's version up, which tells whether it is done.
            guard try schemaVersion(database) == version + 1, try SpaceFacts(database).freePages == 0 else {
                throw error
            }
        }
        return MonotonicTime.now() - asked
    }

    private func schemaVersion(_ database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "PRAGMA schema_version") ?? 0
    }

    /// - Returns: the bytes in the log that readers keep there; nil where another connection is just moving them.
    private func emptyLog() async throws -> Int64? {
        var waiting = try await relieveLog()
        for _ in 0..<Self.emptyingAttempts where file.writeAheadLogBytes > 0 {
            let isInFile = waiting == 0
            try await perform { database in
                if isInFile {
                    // The log itself can be cut as soon as nobody reads from it.
                    gate.allow(LockPatience.waitForReaders)
                    _ = try? database.checkpoint(.truncate)
                }
                gate.allow(LockPatience.retryPause)
                while file.writeAheadLogBytes > 0, gate.wait() {}
            }
            waiting = try await relieveLog()
        }
        return waiting
    }
}
