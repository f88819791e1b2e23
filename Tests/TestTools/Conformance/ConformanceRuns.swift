import Sweeping
import Testing

/// Leases, locks and whole runs.
extension StoreRequirement {
    func oneLease(_ fixture: some ConformanceFixture) async throws {
        let first = RunHolder(runID: "run-1", processID: 11, trigger: .api, startedAt: Self.now)
        let second = RunHolder(runID: "run-2", processID: 12, trigger: .cli, startedAt: Self.now)
        let lease = try await fixture.store.acquireLease(for: first)
        await #expect(throws: RunRefusal.underWay(first)) { try await fixture.store.acquireLease(for: second) }
        await #expect(throws: RunRefusal.underWay(first)) { try await fixture.store.acquireLease(for: first) }
        await lease.release()
        try await fixture.store.acquireLease(for: second).release()
    }

    func busy(_ fixture: some ConformanceFixture) async throws {
        try fixture.insert(job: finished("f1"), error: nil)
        try await withSession(of: fixture.store, busyTimeout: .milliseconds(80)) { session in
            let keys = try keys(await finishedRows(session), ["f1"])
            try await fixture.whileLocked {
                let error = await #expect(throws: StoreError.self) { try await session.deleteJobs(keys) }
                #expect(error?.code == .busy)
            }
            #expect(try await session.deleteJobs(keys).rows == [.done])
        }
    }

    func stopping(_ fixture: some ConformanceFixture) async throws {
        try fixture.insert(job: finished("f1"), error: nil)
        let control = RunControl()
        // The patience is far longer than the suite: only the signal can end the waiting.
        try await withSession(of: fixture.store, busyTimeout: .seconds(3600), isStopping: { control.isCancelled }) {
            session in
            let keys = try keys(await finishedRows(session), ["f1"])
            try await fixture.whileLocked {
                let deletion = Task { try await session.deleteJobs(keys) }
                control.cancel()
                let error = await #expect(throws: StoreError.self) { try await deletion.value }
                #expect(error?.code == .busy)
            }
        }
        #expect(try fixture.job("f1") != nil)
    }

    func sweeps(_ fixture: some ConformanceFixture) async throws {
        try fixture.insert(job: active("s1"), error: nil)
        try fixture.insert(job: active("s2", status: "PENDING", progress: 100), error: "x")
        var live = active("live")
        live.updatedAt = ago(.minutes(1))
        try fixture.insert(job: live, error: nil)
        for (id, days) in [("o1", 31), ("o2", 40), ("y1", 30), ("y2", 1)] {
            try fixture.insert(job: finished(id, days: days), error: nil)
        }
        try fixture.protect(job: "o2")
        try fixture.insert(download: 1, at: Self.now - .days(15), ofJob: "o1")
        try fixture.insert(download: 2, at: Self.now - .days(14), ofJob: nil)
        for (id, jobID) in [(1, "s1"), (2, "o1"), (3, "live"), (4, "gone"), (5, nil)] {
            try fixture.insert(plan: id, status: "PENDING", jobID: jobID)
        }
        let clock = HastyClock(now: Self.now)
        let sweeper = Sweeper(store: fixture.store, clock: clock, processID: 1)
        func run(dryRun: Bool) async throws -> RunReport {
            let request = RunRequest(
                runID: "r", trigger: .cli, dryRun: dryRun, operations: SweepPolicy().operationNames)
            return try await sweeper.begin(request, policy: SweepPolicy()).execute()
        }
        let dry = try await run(dryRun: true)
        let real = try await run(dryRun: false)
        for report in [dry, real] {
            #expect(report.status == .completedWithErrors)
            #expect(
                report.results.mapValues(\.rowsChanged) == [
                    .staleJobs: 2, .oldJobs: 1, .oldDownloads: 1, .stuckPlans: 4,
                ])
            #expect(report.errors.map(\.jobID) == ["o2"])
            #expect(report.skipped(.alive) == 1)
        }
        #expect(try fixture.job("o1") == nil)
        #expect(try fixture.job("y1") != nil)
        #expect(try fixture.downloadIDs() == [2])
        #expect(try fixture.planStatuses() == [1: "DRAFT", 2: "DRAFT", 3: "PENDING", 4: "DRAFT", 5: "DRAFT"])
        let again = try await run(dryRun: false)
        #expect(
            again.results.mapValues(\.rowsChanged) == [.staleJobs: 0, .oldJobs: 0, .oldDownloads: 0, .stuckPlans: 0])
        #expect(again.errors.map(\.jobID) == ["o2"])
    }
}
