import Sweeping
import Testing

@Suite("Dry runs")
struct DryRunTests {
    /// The numbers of a dry run, and of the run after it on the same rows.
    private func both(_ database: () -> FakeDatabase, _ operations: [OperationName] = SweepPolicy().operationNames)
        async throws -> (
            dry: Numbers, real: Numbers
        )
    {
        let tried = database()
        let before = (tried.jobs, tried.downloadIDs, tried.pendingPlanIDs)
        let dry = try await Sweep(tried).run(dryRun: true, operations)
        #expect(tried.jobs == before.0)
        #expect(tried.downloadIDs == before.1)
        #expect(tried.pendingPlanIDs == before.2)
        return (Numbers(dry), Numbers(try await Sweep(database()).run(operations)))
    }

    private static let subsets: [[OperationName]] = (0..<16).map { bits in
        SweepPolicy().operationNames.enumerated().filter { bits & (1 << $0.offset) != 0 }.map(\.element)
    }

    @Test(
        "a dry run changes nothing and has the numbers of the run, whichever operations take part", arguments: subsets)
    func plans(_ operations: [OperationName]) async throws {
        let (dry, real) = try await both(
            {
                FakeDatabase(
                    jobs: [
                        staleJob("s1"), staleJob("s2", progress: 100), oldJob("o1"),
                        job("live", started: .ago(.hours(1)), updated: .ago(.zero)),
                    ],
                    downloads: [
                        oldDownload("1"), FakeDatabase.Download(id: "2", timestamp: .ago(.days(1)), jobID: nil),
                    ],
                    plans: ["s1", "s2", "o1", "live", "gone", nil].enumerated().map { .init(id: "p\($0)", jobID: $1) })
            }, operations)
        #expect(dry == real)
        let expected: [OperationName: Int] = [
            .staleJobs: 2, .oldJobs: 1, .oldDownloads: 1, .stuckPlans: operations.contains(.staleJobs) ? 5 : 3,
        ]
        #expect(real.changed == expected.filter { operations.contains($0.key) })
    }

    @Test("rows that go with their job are counted as the run counts them", arguments: subsets)
    func cascades(_ operations: [OperationName]) async throws {
        let (dry, real) = try await both(
            {
                FakeDatabase(
                    jobs: [oldJob("o1"), oldJob("o2"), job("kept", status: "completed", completed: .ago(.days(1)))],
                    downloads: [
                        oldDownload("1", jobID: "o1"), oldDownload("2", jobID: "kept"), oldDownload("3", jobID: "o2"),
                    ],
                    plans: [
                        .init(id: "p1", jobID: "o1"), .init(id: "p2", jobID: "kept"), .init(id: "p3", jobID: "o2"),
                    ],
                    script: .init(refused: ["o2": "no"], cascades: true))
            }, operations)
        #expect(dry == real)
        if operations == SweepPolicy().operationNames {
            #expect(real.changed == [.staleJobs: 0, .oldJobs: 1, .oldDownloads: 2, .stuckPlans: 2])
        }
    }

    @Test("a plan whose stale job may not be settled stays in both")
    func refusedSettlement() async throws {
        let (dry, real) = try await both {
            FakeDatabase(
                jobs: [staleJob("s1"), staleJob("s2")],
                plans: [.init(id: "p1", jobID: "s1"), .init(id: "p2", jobID: "s2")],
                script: .init(refused: ["s1": "a trigger says no"]))
        }
        #expect(dry == real)
        #expect(real.changed == [.staleJobs: 1, .oldJobs: 0, .oldDownloads: 0, .stuckPlans: 1])
    }

    @Test("where stale jobs can't be settled at all, no plan is reset on their account")
    func failedOperation() async throws {
        let (dry, real) = try await both {
            FakeDatabase(
                jobs: [staleJob("s1"), oldJob("o1")],
                downloads: [oldDownload("1", jobID: "o1")],
                plans: [.init(id: "p1", jobID: "s1")],
                script: .init(
                    check: [.staleJobs: StoreError(.schema, "no column"), .oldJobs: StoreError(.schema, "no column")],
                    cascades: true))
        }
        #expect(dry == real)
        #expect(real.changed == [.staleJobs: 0, .oldJobs: 0, .oldDownloads: 1, .stuckPlans: 0])
    }

    @Test("samples are five at most")
    func samples() async throws {
        let report = try await Sweep(FakeDatabase(jobs: (0..<9).map { oldJob("o\($0)") })).run(dryRun: true)
        #expect(report.results[.oldJobs]?.samples.map(\.id) == ["o0", "o1", "o2", "o3", "o4"])
    }

    @Test("a dry run's backlog counts nothing twice")
    func backlog() async throws {
        let report = try await Sweep(FakeDatabase(jobs: [oldJob("o1")])).run(dryRun: true)
        #expect(report.results[.oldJobs]?.backlog == 0)
    }
}
