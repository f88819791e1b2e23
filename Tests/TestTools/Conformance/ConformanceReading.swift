import Sweeping
import Testing

/// Pages: every row once, bounded, with all that the rules look at.
extension StoreRequirement {
    func tablesAreThere(_ fixture: some ConformanceFixture) async throws {
        try await withSession(of: fixture.store) { session in
            for operation in SweepPolicy().operationNames { try await session.check(operation) }
            #expect(try await session.activeJobCount() == 0)
            #expect(try await cleanups(session) == [])
            #expect(try await activeRows(session).isEmpty)
            #expect(try await finishedRows(session).isEmpty)
        }
    }

    func activeJobsArePaged(_ fixture: some ConformanceFixture) async throws {
        let statuses = ["running", "pending", "RUNNING", "PENDING"]
        let jobs = (0..<22).map { active("a\($0)", status: statuses[$0 % 4], progress: $0 % 3 == 0 ? nil : $0) }
        let others = ["completed", "FAILED", "cancelled", "cancelling", "Running"].enumerated().map {
            active("x\($0)", status: $1)
        }
        for job in jobs + others { try fixture.insert(job: job, error: nil) }
        try await withSession(of: fixture.store) { session in
            #expect(try await session.activeJobCount() == 22)
            for limit in [1, 3, 22, 1000] {
                let rows = try await allRows(limit: limit) { cursor, limit in
                    let page = try await session.activeJobs(after: cursor, limit: limit)
                    #expect(page.rows.count <= limit)
                    return page
                }
                #expect(rows.map(\.record).sorted { $0.id < $1.id } == jobs.sorted { $0.id < $1.id })
            }
        }
    }

    func finishedJobsArePaged(_ fixture: some ConformanceFixture) async throws {
        // Many with the same time, which an engine may well sort by.
        let jobs = (0..<22).map { finished("f\($0)", status: $0 % 2 == 0 ? "completed" : "FAILED", days: 31 + $0 / 6) }
        let young = (0..<5).map { finished("y\($0)", days: 2) }
        for job in jobs + young { try fixture.insert(job: job, error: nil) }
        try await withSession(of: fixture.store) { session in
            for limit in [1, 3, 22, 1000] {
                let rows = try await allRows(limit: limit) {
                    try await session.finishedJobs(before: Self.now - .days(30), after: $0, limit: $1)
                }
                let found = rows.map { Retained($0.record) }.filter { jobs.map(Retained.init).contains($0) }
                #expect(Set(rows.map(\.record.id)).count == rows.count)
                #expect(found.sorted { $0.id < $1.id } == jobs.map(Retained.init).sorted { $0.id < $1.id })
            }
        }
    }

    func downloadsArePaged(_ fixture: some ConformanceFixture) async throws {
        for id in 1...22 { try fixture.insert(download: id, at: Self.now - .days(15 + id / 6), ofJob: nil) }
        for id in 23...27 { try fixture.insert(download: id, at: Self.now - .days(1), ofJob: nil) }
        try await withSession(of: fixture.store) { session in
            for limit in [1, 3, 22, 1000] {
                let rows = try await allRows(limit: limit) {
                    try await session.downloads(before: Self.now - .days(14), after: $0, limit: $1)
                }
                let old = rows.map(\.record).filter { $0.timestamp != ago(.days(1)) }
                #expect(old.map(\.id).sorted() == (1...22).map(String.init).sorted())
                #expect(old.first { $0.id == "7" }?.timestamp == ago(.days(16)))
            }
        }
    }

    func plansArePaged(_ fixture: some ConformanceFixture) async throws {
        try fixture.insert(job: active("a1"), error: nil)
        for id in 1...9 {
            try fixture.insert(plan: id, status: "PENDING", jobID: id % 3 == 0 ? nil : id % 3 == 1 ? "a1" : "gone")
        }
        for (id, status) in [(10, "DRAFT"), (11, "REVIEWING"), (12, "APPLIED"), (13, "CANCELLED"), (14, "pending")] {
            try fixture.insert(plan: id, status: status, jobID: nil)
        }
        let expected = (1...9).map {
            PlanRecord(
                id: "\($0)", job: $0 % 3 == 0 ? .none : $0 % 3 == 1 ? .found(id: "a1", status: "running") : .missing)
        }
        try await withSession(of: fixture.store) { session in
            for limit in [1, 2, 1000] {
                let rows = try await allRows(limit: limit) { try await session.pendingPlans(after: $0, limit: $1) }
                #expect(rows.map(\.record).sorted { $0.id < $1.id } == expected)
            }
        }
    }

    func unfinishedCleanups(_ fixture: some ConformanceFixture) async throws {
        let live = [active("c1", type: "cleanup"), active("c2", status: "PENDING", type: "CLEANUP")]
        for job in live { try fixture.insert(job: job, error: nil) }
        try fixture.insert(job: active("c3", status: "completed", type: "cleanup"), error: nil)
        try fixture.insert(job: active("c4", type: "sync"), error: nil)
        try await withSession(of: fixture.store) { session in
            let found = try await cleanups(session)
            #expect(found.sorted() == live.map(\.id))
        }
    }
}

extension StoreRequirement {
    /// Ids of the application's own cleanups that are under way.
    private func cleanups(_ session: some MaintenanceSession) async throws -> [String] {
        let cleanup = ApplicationCleanup(Self.patient)
        let jobs = try await allRows { cursor, limit in
            let page = try await session.page(cleanup.selection, after: cursor, limit: limit)
            return RecordPage(rows: page.rows.map { ($0.key, $0.row) }, next: page.next)
        }
        return jobs.map(\.record).filter { cleanup.isUnderWay($0, at: Self.now) }.map(\.id)
    }

    /// A cleanup may take a day.
    private static var patient: SettingValues {
        var settings = SettingValues()
        settings[StaleJobs.timeouts] = ["cleanup": .days(1)]
        return settings
    }
}

/// What the rules of retention look at; a store may leave the rest unread.
private struct Retained: Equatable {
    let id: String
    let type: String
    let status: String
    let completedAt: StoredTime

    init(_ job: JobRecord) {
        id = job.id
        type = job.type
        status = job.status
        completedAt = job.completedAt
    }
}
