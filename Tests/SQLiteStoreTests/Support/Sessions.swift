import SQLiteStore
import Sweeping

/// Every row of a scan, page by page.
func allRows<Key, Record, Cursor>(
    limit: Int = 1000, _ page: (Cursor?, Int) async throws -> Page<Key, Record, Cursor>
) async throws -> [(key: Key, record: Record)] {
    var rows: [(key: Key, record: Record)] = []
    var cursor: Cursor?
    repeat {
        let next = try await page(cursor, limit)
        rows += next.rows
        cursor = next.next
    } while cursor != nil
    return rows
}

/// Opens a session, does `work`, and closes it whatever happens.
func withSession<Store: MaintenanceStore, Value>(
    of store: Store, dryRun: Bool = false, busyTimeout: Duration = .seconds(5),
    isStopping: @escaping @Sendable () -> Bool = { false }, _ work: (Store.Session) async throws -> Value
) async throws -> Value {
    let session = try await store.openSession(
        SessionOptions(dryRun: dryRun, busyTimeout: busyTimeout, isStopping: isStopping))
    do {
        let value = try await work(session)
        await session.close()
        return value
    } catch {
        await session.close()
        throw error
    }
}

/// What a test asks for is done in one go, however slow the machine is.
extension MaintenanceSession {
    private var unlimited: Duration { .seconds(600) }

    func settle(_ jobs: [(key: Key, change: Settlement)], at now: Timestamp) async throws -> BatchOutcome {
        try await settle(jobs, at: now, within: unlimited)
    }

    func deleteJobs(_ keys: [Key]) async throws -> BatchOutcome {
        try await deleteJobs(keys, within: unlimited)
    }

    func deleteDownloads(_ keys: [Key]) async throws -> BatchOutcome {
        try await deleteDownloads(keys, within: unlimited)
    }

    func resetPlans(_ keys: [Key], at now: Timestamp) async throws -> BatchOutcome {
        try await resetPlans(keys, at: now, within: unlimited)
    }
}
