import Sweeping

/// Every row of a scan, page by page.
package func allRows<Key, Record, Cursor>(
    limit: Int = 1000, _ page: (Cursor?, Int) async throws -> RecordPage<Key, Record, Cursor>
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

/// Opens a session, does `work`, and closes it whatever happens. However slow the machine is, a page has what it is asked for.
package func withSession<Store: MaintenanceStore, Value>(
    of store: Store, dryRun: Bool = false, busyTimeout: Duration = .seconds(5), longestRead: Duration = .seconds(600),
    archive: (any ArchiveSink)? = nil, isStopping: @escaping @Sendable () -> Bool = { false },
    _ work: (Store.Session) async throws -> Value
) async throws -> Value {
    let session = try await store.openSession(
        SessionOptions(
            dryRun: dryRun, busyTimeout: busyTimeout, longestRead: longestRead, now: StoreRequirement.now,
            archive: archive, isStopping: isStopping))
    do {
        let value = try await work(session)
        await session.close()
        return value
    } catch {
        await session.close()
        throw error
    }
}
