import Sweeping
import Testing

@Suite("A run's course")
struct RunOrderTests {
    private func database() -> FakeDatabase {
        FakeDatabase(
            jobs: [staleJob("s1"), staleJob("s2", progress: 100), oldJob("o1")],
            downloads: [oldDownload("d1")],
            plans: [FakeDatabase.Plan(id: "p1", jobID: "s1"), FakeDatabase.Plan(id: "p2", jobID: "o1")])
    }

    @Test("the operations run one after the other in their order, then the database is tidied up")
    func order() async throws {
        let sweep = Sweep(database())
        _ = try await sweep.run()
        #expect(
            sweep.database.log == [
                "check stale_jobs", "page of stale_jobs", "change 1 of stale_jobs", "change 1 of stale_jobs",
                "check old_jobs", "cutoff of old_jobs 2025-12-03T12:00:00.000Z", "page of old_jobs",
                "change 1 of old_jobs",
                "check old_downloads", "cutoff of old_downloads 2025-12-19T12:00:00.000Z", "page of old_downloads",
                "change 1 of old_downloads", "check stuck_plans", "page of stuck_plans", "change 1 of stuck_plans",
                "change 1 of stuck_plans", "tidy up",
            ])
        #expect(sweep.database.jobs.map(\.status) == ["failed", "completed"])
        #expect(sweep.database.downloadIDs == [])
        #expect(sweep.database.pendingPlanIDs == [])
        #expect(sweep.database.holder == nil)
        #expect(sweep.database.openSessions == 0)
    }

    @Test("nothing running or pending is no reason to stop early")
    func nothingActive() async throws {
        let sweep = Sweep(FakeDatabase(jobs: [oldJob("o1")], downloads: [oldDownload("d1")]))
        let report = try await sweep.run()
        #expect(report.rowsChanged(by: .oldJobs) == 1)
        #expect(report.rowsChanged(by: .oldDownloads) == 1)
        #expect(report.status == .completed)
    }

    @Test("progress goes from 10 to 100 with its messages")
    func progress() async throws {
        let sweep = Sweep(database())
        _ = try await sweep.run()
        #expect(
            sweep.progress.lines == [
                "10 Finding stale jobs...", "20 Settling stale jobs...", "90 Settling stale jobs...",
                "90 Deleting old jobs...", "92 Deleting old jobs...", "92 Deleting old download records...",
                "95 Deleting old download records...", "95 Resetting stuck plans...", "96 Resetting stuck plans...",
                "97 Resetting stuck plans...", "100 Done",
            ])
    }

    @Test("progress follows the share of stale jobs that were looked at, and never goes back")
    func longProgress() async throws {
        let jobs = (0..<3500).map { staleJob("s\($0)") }
        let sweep = Sweep(FakeDatabase(jobs: jobs))
        _ = try await sweep.run([.staleJobs])
        #expect(
            sweep.progress.lines == [
                "10 Finding stale jobs...", "20 Settling stale jobs...", "21 Settling stale jobs...",
                "22 Settling stale jobs...", "25 Settling stale jobs...", "30 Settling stale jobs...",
                "40 Settling stale jobs...", "50 Settling stale jobs...", "70 Settling stale jobs...",
                "90 Settling stale jobs...", "100 Done",
            ])
    }

    @Test("operations that weren't asked for are neither done nor reported")
    func selective() async throws {
        let sweep = Sweep(database())
        let report = try await sweep.run([.oldDownloads])
        #expect(
            sweep.database.log == [
                "check old_downloads", "cutoff of old_downloads 2025-12-19T12:00:00.000Z", "page of old_downloads",
                "change 1 of old_downloads", "tidy up",
            ])
        #expect(report.results.keys.map(\.rawValue) == ["old_downloads"])
        #expect(
            sweep.progress.lines == [
                "10 Finding stale jobs...", "92 Deleting old download records...",
                "95 Deleting old download records...", "100 Done",
            ])
    }

    @Test("one now: every cutoff comes from the clock's first reading, however long the run takes")
    func oneNow() async throws {
        let database = FakeDatabase(
            jobs: [
                staleJob("s1"), job("young", started: .ago(.minutes(30)), updated: .ago(.hours(9))),
                job("kept", status: "completed", completed: .ago(.days(30))),
            ],
            downloads: [
                oldDownload("d1"), FakeDatabase.Download(id: "kept", timestamp: .ago(.days(14)), jobID: nil),
            ],
            script: .init(cost: { _ in .seconds(60) }))
        let sweep = Sweep(database)
        let report = try await sweep.run()
        #expect(report.startedAt == .noon)
        #expect(report.finishedAt > report.startedAt + .seconds(120))
        #expect(sweep.clock.readings == 2)
        #expect(
            database.log.filter { $0.hasPrefix("cutoff") } == [
                "cutoff of old_jobs 2025-12-03T12:00:00.000Z", "cutoff of old_downloads 2025-12-19T12:00:00.000Z",
            ])
        #expect(database.jobs.map(\.id) == ["s1", "young", "kept"])
        #expect(database.jobs[0].completedAt == .at(.noon))
        #expect(database.jobs[1].status == "running")
        #expect(database.downloadIDs == ["kept"])
    }

    @Test("old jobs are looked for from the shortest retention on")
    func shortestCutoff() async throws {
        var sweep = Sweep(FakeDatabase(jobs: [oldJob("a"), oldJob("b", type: "export")]))
        sweep.configure {
            $0[OldJobs.keep] = .days(60)
            $0[OldJobs.keepByType] = ["export": .days(7)]
        }
        _ = try await sweep.run([.oldJobs])
        #expect(sweep.database.log[1] == "cutoff of old_jobs 2025-12-26T12:00:00.000Z")
        #expect(sweep.database.jobs.map(\.id) == ["a"])
    }

    @Test("a run that changes nothing leaves the database's upkeep alone, as does a dry run")
    func noTidying() async throws {
        let idle = Sweep(FakeDatabase(jobs: [job("a", status: "completed", completed: .ago(.days(1)))]))
        _ = try await idle.run()
        #expect(!idle.database.log.contains("tidy up"))
        let dry = Sweep(database())
        _ = try await dry.run(dryRun: true)
        #expect(!dry.database.log.contains("tidy up"))
    }
}
