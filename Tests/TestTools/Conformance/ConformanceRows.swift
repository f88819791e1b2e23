import Sweeping
import Testing

/// The rows that the requirements are checked with.
extension StoreRequirement {
    func ago(_ span: Duration) -> StoredTime { .at(Self.now - span) }

    func active(_ id: String, status: String = "running", type: String = "sync", progress: Int? = 40)
        -> JobRecord
    {
        JobRecord(
            id: id, type: type, status: status, progress: progress, createdAt: ago(.hours(3)),
            startedAt: ago(.hours(2)),
            completedAt: .null, updatedAt: ago(.hours(1)))
    }

    package func finished(_ id: String, status: String = "completed", days: Int = 31) -> JobRecord {
        JobRecord(
            id: id, type: "sync", status: status, progress: 100, createdAt: ago(.days(days)), startedAt: .null,
            completedAt: ago(.days(days)), updatedAt: ago(.days(days)))
    }

    static let failure = Settlement(
        outcome: .failed, status: "failed", error: "Job timed out after 120.0 minutes", timeout: .minutes(30),
        elapsed: .hours(2))
    static let completion = Settlement(
        outcome: .completed, status: "COMPLETED", error: nil, timeout: .minutes(30), elapsed: .hours(2))

    func activeRows<Session: MaintenanceSession>(_ session: Session) async throws -> [String: Session.Key] {
        let rows = try await allRows { try await session.activeJobs(after: $0, limit: $1) }
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.record.id, $0.key) })
    }

    package func finishedRows<Session: MaintenanceSession>(_ session: Session) async throws -> [String: Session.Key] {
        let rows = try await allRows {
            try await session.finishedJobs(before: Self.now - .days(30), after: $0, limit: $1)
        }
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.record.id, $0.key) })
    }

    package func keys<Key>(_ rows: [String: Key], _ ids: [String]) throws -> [Key] {
        try ids.map { try #require(rows[$0]) }
    }
}
