import Sweeping
import TestTools
import Testing

@Suite("What a run leaves")
struct BacklogTests {
    @Test("a run that came to its end leaves what was refused")
    func complete() async throws {
        let sweep = Sweep(
            FakeDatabase(jobs: [oldJob("o1"), oldJob("o2"), oldJob("o3")], script: .init(refused: ["o2": "no"])))
        let report = try await sweep.run()
        #expect(report.results.mapValues(\.backlog) == [.staleJobs: 0, .oldJobs: 1, .oldDownloads: 0, .stuckPlans: 0])
    }

    @Test("where the rest can't be counted, nothing is said of it")
    func uncounted() async throws {
        let broken = StoreError(.inputOutput, "the disk failed")
        let sweep = Sweep(
            FakeDatabase(jobs: [oldJob("o1")], script: .init(page: [.oldJobs: [1: broken, 2: broken]])))
        let report = try await sweep.run([.oldJobs])
        #expect(report.results[.oldJobs] != nil)
        #expect(report.results[.oldJobs]?.backlog == nil)
    }

    @Test("a rest that takes too long to count isn't known, rather than as large as what was counted")
    func tooLong() async throws {
        let clock = ManualClock(.noon)
        let script = FakeDatabase.Script(
            batch: [.oldJobs: [1: StoreError(.full, "the disk is full")]],
            beforePage: { if $0 > 1 { clock.advance(by: .seconds(1)) } })
        var sweep = Sweep(FakeDatabase(jobs: (0..<5000).map { oldJob("o\($0)") }, script: script))
        sweep.clock = clock
        let report = try await sweep.run([.oldJobs])
        #expect(report.results[.oldJobs] != nil)
        #expect(report.results[.oldJobs]?.backlog == nil)
    }

    @Test("the count of the rest covers all pages, and only what qualifies")
    func pages() async throws {
        let sweep = Sweep(
            FakeDatabase(
                jobs: (0..<2500).map { oldJob("o\($0)", status: $0 % 2 == 0 ? "completed" : "running") },
                script: .init(batch: [.oldJobs: [2: StoreError(.full, "the disk is full")]])))
        let report = try await sweep.run([.oldJobs])
        #expect(report.rowsChanged(by: .oldJobs) == 1)
        #expect(report.results[.oldJobs]?.backlog == 1249)
    }
}
