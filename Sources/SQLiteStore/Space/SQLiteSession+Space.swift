import GRDB
import Sweeping

extension SQLiteSession {
    package func spaceToGiveBack() async throws -> UnusedSpace {
        try await perform { database in
            let facts = try SpaceFacts(database)
            // FULL gives pages back at each commit by itself; NONE never does, and VACUUM is nobody's but the user's.
            guard facts.reclaimer == .runs else { return .none }
            return UnusedSpace(units: Int(facts.freePages), unitBytes: facts.pageBytes)
        }
    }

    package func giveBackSpace(_ units: Int) async throws -> BatchOutcome {
        // To SQLite, no pages to be moved means all of them.
        guard units > 0, !options.dryRun else { return BatchOutcome(rows: []) }
        var outcome = try await perform { database in
            let othersWrote = foreignWrites.areNew(database)
            defer { changed(database) }
            var (outcome, waited) = try SpaceStep(database: database, gate: gate, patience: options.busyTimeout)
                .run(pages: units)
            outcome.rest = memory.pace.rest(held: outcome.work, waited: waited, othersWrote: othersWrote)
            return outcome
        }
        outcome.logBytes = logBytes
        return outcome
    }
}

/// One `PRAGMA incremental_vacuum` as a short transaction of its own. It moves pages from the file's end into free ones, reading
/// and writing a few pages for each.
private struct SpaceStep {
    let database: Database
    let gate: BusyGate
    let patience: Duration

    /// - Returns: also how long the lock was waited for.
    func run(pages: Int) throws -> (outcome: BatchOutcome, waited: Duration) {
        var outcome = BatchOutcome(rows: [])
        var waited = Duration.zero
        try LockPatience(gate: gate, limit: patience) { deadline in
            let asked = MonotonicTime.now()
            gate.allow(deadline - asked)
            try database.beginTransaction(.immediate)
            let begun = MonotonicTime.now()
            waited += begun - asked
            defer {
                outcome.work = MonotonicTime.now() - begun
                outcome.locksHeld.append(outcome.work)
            }
            do {
                let before = try freePages()
                try database.execute(sql: "PRAGMA incremental_vacuum(\(pages))")
                let after = try freePages()
                gate.allow(LockPatience.waitForReaders)
                try database.commit()
                outcome.rows = Array(repeating: .done, count: max(0, before - after))
            } catch {
                if database.isInsideTransaction { try database.rollback() }
                throw error
            }
        }
        return (outcome, waited)
    }

    private func freePages() throws -> Int {
        try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
    }
}
