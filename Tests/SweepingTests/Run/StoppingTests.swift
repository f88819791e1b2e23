import Sweeping
import Testing

@Suite("Ending a run early")
struct StoppingTests {
    private static let limitMessage =
        "the time limit of 300.0 s was reached; what was done is kept and the next run takes up the rest"

    @Test("a cancelled run keeps the batches that it finished, and the next run takes up the rest")
    func cancelled() async throws {
        var sweep = Sweep(FakeDatabase(jobs: (0..<1000).map { oldJob("o\($0)") }))
        let control = sweep.control
        sweep.database.script.beforeBatch = { if $0 == 3 { control.cancel() } }
        let report = try await sweep.run()
        #expect(report.status == .cancelled)
        #expect(report.rowsChanged(by: .oldJobs) == 7)
        #expect(sweep.database.jobs.count == 993)
        #expect(report.errors == [])
        #expect(report.results[.oldJobs]?.backlog == 993)
        #expect(report.results[.oldDownloads] == nil)
        #expect(sweep.database.holder == nil)
        #expect(sweep.database.openSessions == 0)
        #expect(!sweep.database.log.contains("tidy up"))
        #expect(sweep.progress.lines.last == "90 Deleting old jobs...")

        sweep.control = RunControl()
        let next = try await sweep.run()
        #expect(next.status == .completed)
        #expect(next.rowsChanged(by: .oldJobs) == 993)
        #expect(sweep.database.jobs.count == 0)
    }

    @Test("a run that is cancelled before it starts does nothing", arguments: [false, true])
    func cancelledAtOnce(_ dryRun: Bool) async throws {
        let sweep = Sweep(FakeDatabase(jobs: [oldJob("o1")]))
        sweep.control.cancel()
        let report = try await sweep.run(dryRun: dryRun)
        #expect(report.status == .cancelled)
        #expect(sweep.database.log == [])
        #expect(sweep.database.jobs.count == 1)
    }

    @Test("cancelled between two pages, the rows that were read and not changed stay")
    func cancelledBetweenPages() async throws {
        let sweep = Sweep(FakeDatabase(jobs: (0..<2500).map { oldJob("o\($0)") }))
        let control = sweep.control
        sweep.database.script.beforePage = { if $0 == 2 { control.cancel() } }
        let report = try await sweep.run([.oldJobs])
        #expect(report.status == .cancelled)
        #expect(report.rowsChanged(by: .oldJobs) + sweep.database.jobs.count == 2500)
    }

    @Test("reaching the time limit is an error on the run; what was done is kept")
    func timeLimit() async throws {
        let sweep = Sweep(FakeDatabase(jobs: (0..<1000).map { oldJob("o\($0)") }))
        // Each of the batches, of 1, 2 and 4 rows, is followed by a pause as long as itself; the third one ends behind the limit.
        sweep.database.script.cost = { .milliseconds(15) * $0 }
        sweep.database.script.fixedHold = .seconds(60)
        let report = try await sweep.run()
        #expect(report.status == .completedWithErrors)
        #expect(report.errors == [RunError(operation: nil, message: Self.limitMessage)])
        #expect(report.runErrorCount == 1)
        #expect(report.rowsChanged(by: .oldJobs) == 7)
        #expect(report.results[.oldJobs]?.errorCount == 0)
        #expect(report.results[.oldJobs]?.backlog == 993)
        #expect(report.results[.stuckPlans] == nil)
        #expect(sweep.database.jobs.count == 993)
        #expect(sweep.progress.lines.last == "90 Deleting old jobs...")
    }

    @Test("waiting for a lock that ends because the run is to end is no error", arguments: [true, false])
    func lockWait(_ inPage: Bool) async throws {
        let sweep = Sweep(FakeDatabase(jobs: [oldJob("o1")]))
        let control = sweep.control
        let busy = StoreError(.busy, "locked")
        if inPage {
            sweep.database.script.page = [.oldJobs: [1: busy]]
            sweep.database.script.beforePage = { _ in control.cancel() }
        } else {
            sweep.database.script.batch = [.oldJobs: [1: busy]]
            sweep.database.script.beforeBatch = { _ in control.cancel() }
        }
        let report = try await sweep.run([.oldJobs])
        #expect(report.status == .cancelled)
        #expect(report.errors == [])
    }

    @Test("the same before the first page: the run is cancelled, not failed")
    func lockWaitBeforeThePages() async throws {
        let sweep = Sweep(FakeDatabase(jobs: [staleJob("s1")]))
        let control = sweep.control
        sweep.database.script.countError = StoreError(.busy, "locked")
        sweep.database.script.beforeCount = { control.cancel() }
        let report = try await sweep.run([.staleJobs])
        #expect(report.status == .cancelled)
        #expect(report.errors == [])
    }

    @Test("a wrong table is an error even when the run is cancelled meanwhile")
    func otherErrors() async throws {
        let sweep = Sweep(FakeDatabase(jobs: [oldJob("o1")]))
        let control = sweep.control
        sweep.database.script.batch = [.oldJobs: [1: StoreError(.schema, "no table")]]
        sweep.database.script.beforeBatch = { _ in control.cancel() }
        let report = try await sweep.run([.oldJobs, .oldDownloads])
        #expect(report.status == .cancelled)
        #expect(report.errors == [RunError(operation: .oldJobs, message: "no table")])
    }

    @Test("cancelled while the database is being opened, the run is cancelled, not failed")
    func opening() async throws {
        let sweep = Sweep(FakeDatabase(script: .init(open: StoreError(.busy, "locked"))))
        sweep.control.cancel()
        let report = try await sweep.run()
        #expect(report.status == .cancelled)
        #expect(report.errors == [])
        #expect(sweep.database.holder == nil)
    }

    @Test("the session learns that the run is to end, by cancellation and by its time limit")
    func stopSignal() async throws {
        let sweep = Sweep(FakeDatabase())
        let request = RunRequest(runID: "run-1", trigger: .cli, dryRun: false, operations: SweepPolicy().operationNames)
        let run = try await sweep.sweeper.begin(request, policy: sweep.policy, control: sweep.control)
        let options = try #require(sweep.database.sessionOptions)
        #expect(!options.isStopping())
        #expect(!options.dryRun)
        #expect(options.busyTimeout == .seconds(5))
        sweep.control.cancel()
        #expect(options.isStopping())
        _ = await run.execute()

        let limited = Sweep(FakeDatabase())
        let second = try await limited.sweeper.begin(request, policy: limited.policy)
        let signal = try #require(limited.database.sessionOptions)
        limited.clock.advance(by: .seconds(299))
        #expect(!signal.isStopping())
        limited.clock.advance(by: .seconds(1))
        #expect(signal.isStopping())
        _ = await second.execute()
    }

    @Test("a batch of which only a part was tried goes on with the rest")
    func shortBatches() async throws {
        let sweep = Sweep(FakeDatabase(jobs: (0..<50).map { oldJob("o\($0)") }, script: .init(tried: 7)))
        let report = try await sweep.run([.oldJobs])
        #expect(report.rowsChanged(by: .oldJobs) == 50)
        #expect(sweep.database.jobs.count == 0)
        #expect(
            sweep.database.log.filter { $0.hasPrefix("change") } == [
                "change 1 of old_jobs", "change 2 of old_jobs", "change 4 of old_jobs", "change 8 of old_jobs",
                "change 14 of old_jobs", "change 14 of old_jobs", "change 14 of old_jobs", "change 14 of old_jobs",
                "change 8 of old_jobs", "change 1 of old_jobs",
            ])
    }
}
