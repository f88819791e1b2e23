import Sweeping
import Testing

@Suite("Errors in a run")
struct ErrorTests {
    @Test("a refused row is an entry, and the run goes on")
    func row() async throws {
        let sweep = Sweep(
            FakeDatabase(
                jobs: [staleJob("s1"), staleJob("s2"), oldJob("o1"), oldJob("o2")],
                downloads: [oldDownload("d1"), oldDownload("d2")],
                plans: [FakeDatabase.Plan(id: "p1", jobID: "gone"), FakeDatabase.Plan(id: "p2", jobID: "s2")],
                script: .init(refused: ["s1": "no", "o2": "FOREIGN KEY constraint failed", "d1": "kept", "p2": "why"])))
        let report = try await sweep.run()
        #expect(report.status == .completedWithErrors)
        #expect(
            report.errors == [
                RunError(operation: .staleJobs, jobID: "s1", message: "no"),
                RunError(operation: .oldJobs, jobID: "o2", message: "FOREIGN KEY constraint failed"),
                RunError(operation: .oldDownloads, message: "row d1: kept"),
                RunError(operation: .stuckPlans, jobID: "s2", message: "row p2: why"),
            ])
        #expect(
            report.results.mapValues(\.rowsChanged) == [.staleJobs: 1, .oldJobs: 1, .oldDownloads: 1, .stuckPlans: 1])
        #expect(
            report.results.mapValues(\.errorCount) == [.staleJobs: 1, .oldJobs: 1, .oldDownloads: 1, .stuckPlans: 1])
        #expect(report.results.mapValues(\.backlog) == [.staleJobs: 1, .oldJobs: 1, .oldDownloads: 1, .stuckPlans: 1])
        #expect(report.errorCount == 4)
        #expect(report.runErrorCount == 0)
    }

    @Test(
        "rows that were given up are errors of their own; after three in a row the operation stops with one that says why"
    )
    func givenUp() async throws {
        func givenUp(_ id: String) -> RunError {
            RunError(
                operation: .oldJobs, jobID: id,
                message: "it was given up after 3.0 s, for which nobody else could write")
        }
        let single = Sweep(
            FakeDatabase(
                jobs: ["a", "b", "ok", "c", "d", "fine"].map { oldJob($0) },
                script: .init(givenUp: ["a", "b", "c", "d"])))
        let report = try await single.run([.oldJobs])
        #expect(report.errors == ["a", "b", "c", "d"].map(givenUp))
        #expect(report.rowsChanged(by: .oldJobs) == 2)

        let all = Sweep(
            FakeDatabase(
                jobs: ["a", "ok", "b", "c", "d", "never"].map { oldJob($0) }, downloads: [oldDownload("d1")],
                script: .init(givenUp: ["a", "b", "c", "d"])))
        let stopped = try await all.run([.oldJobs, .oldDownloads])
        let reason = RunError(
            operation: .oldJobs,
            message:
                "3 jobs one after the other were given up, each after 3.0 s for which nobody else could write: a fake;"
                + " no more jobs are tried until that is mended, and `jobsweep check` says how")
        #expect(Set(stopped.errors.map(\.message)) == [reason.message, givenUp("a").message])
        #expect(stopped.errors.count == 2 && stopped.errors.contains(reason))
        #expect(stopped.rowsChanged(by: .oldJobs) == 1 && stopped.rowsChanged(by: .oldDownloads) == 1)
        #expect(stopped.status == .completedWithErrors)
    }

    @Test("a failed operation is an entry, and the others still run")
    func operation() async throws {
        let sweep = Sweep(
            FakeDatabase(
                jobs: [staleJob("s1"), oldJob("o1")], downloads: [oldDownload("d1")],
                plans: [FakeDatabase.Plan(id: "p1", jobID: nil)],
                script: .init(check: [
                    .staleJobs: StoreError(.schema, "table job has no column progress"),
                    .oldDownloads: StoreError(.busy, "the database is locked"),
                ])))
        let report = try await sweep.run()
        #expect(report.status == .completedWithErrors)
        #expect(
            report.errors == [
                RunError(
                    operation: .staleJobs,
                    message: "table job has no column progress: set the application's own names under 'tables', or"
                        + " switch stale_jobs off"),
                RunError(operation: .oldDownloads, message: "the database is locked"),
            ])
        #expect(
            report.results.mapValues(\.rowsChanged) == [.staleJobs: 0, .oldJobs: 1, .oldDownloads: 0, .stuckPlans: 1])
        #expect(
            report.results.mapValues(\.backlog) == [.staleJobs: nil, .oldJobs: 0, .oldDownloads: nil, .stuckPlans: 0])
    }

    @Test("an operation that fails in its middle keeps what it did and counts what it left")
    func middle() async throws {
        let sweep = Sweep(
            FakeDatabase(
                jobs: (0..<500).map { oldJob("o\($0)") },
                script: .init(batch: [.oldJobs: [3: StoreError(.inputOutput, "the disk failed")]])))
        let report = try await sweep.run()
        #expect(report.status == .completedWithErrors)
        #expect(report.errors == [RunError(operation: .oldJobs, message: "the disk failed")])
        #expect(report.rowsChanged(by: .oldJobs) == 3)
        #expect(report.results[.oldJobs]?.backlog == 497)
        #expect(sweep.database.log.last == "tidy up")
    }

    @Test("when the database fails every operation, the run failed")
    func all() async throws {
        let broken = StoreError(.inputOutput, "the disk failed")
        let sweep = Sweep(
            FakeDatabase(
                script: .init(check: [
                    .staleJobs: broken, .oldJobs: StoreError(.busy, "locked"), .oldDownloads: broken,
                    .stuckPlans: broken,
                ])))
        let report = try await sweep.run()
        #expect(report.status == .failed)
        #expect(report.errorCount == 4)
        #expect(sweep.progress.lines.last == "95 Resetting stuck plans...")
    }

    @Test(
        "a file that is damaged, or isn't the one any more, ends the run at once: what was done counts, and nothing more is",
        arguments: [StoreError.Code.corrupt, .notADatabase, .replaced, .connectionLost])
    func endsRun(_ code: StoreError.Code) async throws {
        let sweep = Sweep(
            FakeDatabase(
                jobs: [oldJob("o")], downloads: [oldDownload("d")],
                script: .init(check: [.oldDownloads: StoreError(code, "gone")])))
        let report = try await sweep.run()
        #expect(report.status == .failed)
        #expect(report.errors == [RunError(operation: .oldDownloads, message: "gone")])
        #expect(report.rowsChanged(by: .oldJobs) == 1)
        #expect(report.results[.stuckPlans] == nil)
        #expect(sweep.database.log.last != "tidy up")
    }

    @Test("a run to which nothing came since one operation met a lock that stays has failed")
    func lockedForGood() async throws {
        let locked = FakeDatabase(
            jobs: [oldJob("o")], script: .init(batch: [.oldJobs: [1: StoreError(.busy, "locked")]]))
        let report = try await Sweep(locked).run()
        #expect(report.status == .failed)
        #expect(report.errors == [RunError(operation: .oldJobs, message: "locked")])
        let busy = FakeDatabase(
            jobs: [oldJob("o"), staleJob("s")], script: .init(batch: [.oldJobs: [1: StoreError(.busy, "locked")]]))
        #expect(try await Sweep(busy).run().status == .completedWithErrors)
    }

    @Test("when every operation fails for a reason of its own, the run is done with errors")
    func allForOtherReasons() async throws {
        let missing = StoreError(.schema, "no table")
        let sweep = Sweep(
            FakeDatabase(
                script: .init(check: [
                    .staleJobs: missing, .oldJobs: missing, .oldDownloads: missing, .stuckPlans: missing,
                ])))
        #expect(try await sweep.run().status == .completedWithErrors)
        let one = Sweep(FakeDatabase(script: .init(check: [.oldJobs: missing])))
        #expect(try await one.run([.oldJobs]).status == .completedWithErrors)
    }

    @Test("the only operation that was asked for decides for the run")
    func only() async throws {
        let sweep = Sweep(FakeDatabase(script: .init(check: [.oldJobs: StoreError(.readOnly, "read-only")])))
        #expect(try await sweep.run([.oldJobs]).status == .failed)
    }

    @Test(
        "which errors concern the whole database",
        arguments: [
            StoreError.Code.missing, .cannotOpen, .notADatabase, .corrupt, .busy, .readOnly, .full, .inputOutput,
        ])
    func wholeDatabase(_ code: StoreError.Code) {
        #expect(StoreError(code, "").concernsWholeDatabase)
    }

    @Test("and which don't", arguments: [StoreError.Code.schema, .constraint, .other])
    func oneThing(_ code: StoreError.Code) {
        #expect(!StoreError(code, "").concernsWholeDatabase)
    }

    @Test("a database that can't be opened makes a run that failed, with its report")
    func open() async throws {
        let sweep = Sweep(FakeDatabase(script: .init(open: StoreError(.missing, "there is no database at x"))))
        let report = try await sweep.run()
        #expect(report.status == .failed)
        #expect(report.errors == [RunError(operation: nil, message: "there is no database at x")])
        #expect(report.runErrorCount == 1)
        #expect(report.results == [:])
        #expect(sweep.database.holder == nil)
        #expect(sweep.progress.lines == [])
    }

    @Test("a lease that can't be told makes a run that failed too")
    func lease() async throws {
        let sweep = Sweep(FakeDatabase(script: .init(lease: StoreError(.readOnly, "cannot make the lock file"))))
        let report = try await sweep.run()
        #expect(report.status == .failed)
        #expect(report.errors == [RunError(operation: nil, message: "cannot make the lock file")])
    }

    @Test("rows that changed since they were read are skipped and counted, and are nobody's backlog")
    func changed() async throws {
        let sweep = Sweep(
            FakeDatabase(jobs: [staleJob("s1"), staleJob("s2"), oldJob("o1")], script: .init(changed: ["s1", "o1"])))
        let report = try await sweep.run()
        #expect(report.status == .completed)
        #expect(
            report.results.mapValues(\.skipped) == [
                .staleJobs: [.changed: 1], .oldJobs: [.changed: 1], .oldDownloads: [:], .stuckPlans: [:],
            ])
        #expect(report.results.mapValues(\.backlog) == [.staleJobs: 0, .oldJobs: 0, .oldDownloads: 0, .stuckPlans: 0])
        #expect(report.skipped(.changed) == 2)
    }

    @Test("rows that are left alone on purpose are counted by reason, with the ids of some that can't be read")
    func skipped() async throws {
        let unreadable = (0..<9).map { job("u\($0)", status: "failed", completed: .unreadable) }
        let alive = job("alive", started: .ago(.hours(2)), updated: .ago(.minutes(1)))
        let sweep = Sweep(
            FakeDatabase(
                jobs: unreadable + [alive, job("nothing")],
                downloads: [FakeDatabase.Download(id: "d", timestamp: .unreadable, jobID: nil)]))
        let report = try await sweep.run()
        #expect(report.status == .completed)
        #expect(
            report.results.mapValues(\.skipped) == [
                .staleJobs: [.alive: 1, .unreadable: 1], .oldJobs: [.unreadable: 9], .oldDownloads: [.unreadable: 1],
                .stuckPlans: [:],
            ])
        #expect(
            report.results.mapValues(\.examples) == [
                .staleJobs: [.unreadable: ["nothing"]], .oldJobs: [.unreadable: ["u0", "u1", "u2", "u3", "u4"]],
                .oldDownloads: [.unreadable: ["d"]], .stuckPlans: [:],
            ])
    }
}
