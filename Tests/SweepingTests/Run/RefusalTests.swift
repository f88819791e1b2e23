import Sweeping
import TestTools
import Testing

@Suite("Runs that are not let in")
struct RefusalTests {
    private let request = RunRequest(
        runID: "run-2", trigger: .schedule, dryRun: false, operations: SweepPolicy().operationNames)

    @Test("a second run is refused and told which is under way; when that is over it is let in")
    func overlap() async throws {
        let sweep = Sweep(FakeDatabase())
        let first = try await sweep.sweeper.begin(
            RunRequest(runID: "run-1", trigger: .cli, dryRun: true, operations: []), policy: sweep.policy)
        let holder = RunHolder(runID: "run-1", processID: 42, trigger: .cli, startedAt: .noon, dryRun: true)
        #expect(sweep.database.holder == holder)
        await #expect(throws: RunRefusal.underWay(holder)) {
            try await sweep.sweeper.begin(request, policy: sweep.policy)
        }
        _ = await first.execute()
        #expect(sweep.database.holder == nil)
        let second = try await sweep.sweeper.begin(request, policy: sweep.policy)
        _ = await second.execute()
    }

    @Test("a run has the lease until its end is written down")
    func recorded() async throws {
        let sweep = Sweep(FakeDatabase())
        let run = try await sweep.sweeper.begin(request, policy: sweep.policy)
        #expect(run.holdsLease)
        var recorded: RunReport?
        let report = await run.execute {
            recorded = $0
            #expect(sweep.database.holder?.runID == "run-2")
        }
        #expect(recorded == report)
        #expect(sweep.database.holder == nil)
    }

    @Test(
        "the application's own cleanup bars a run while it is no older than its timeout",
        arguments: ["running", "PENDING"])
    func cleanup(_ status: String) async throws {
        func begin(_ cleanup: JobRecord, timeout: Duration? = nil) async throws -> Bool {
            let database = FakeDatabase(jobs: [staleJob("s1"), cleanup])
            var sweep = Sweep(database)
            if let timeout { sweep.configure { $0[StaleJobs.timeouts]["cleanup"] = timeout } }
            do {
                let run = try await sweep.sweeper.begin(request, policy: sweep.policy)
                _ = await run.execute()
            } catch {
                #expect(error == RunRefusal.applicationCleanup(jobID: "c1"))
                #expect(database.openSessions == 0)
                #expect(database.holder == nil)
                return false
            }
            return true
        }
        func cleanup(created: StoredTime = .null, started: StoredTime = .null) -> JobRecord {
            job(
                "c1", type: status == "PENDING" ? "CLEANUP" : "cleanup", status: status, created: created,
                started: started)
        }
        let tick = Duration.microseconds(1)
        #expect(try await begin(cleanup(started: .ago(.minutes(1)))) == false)
        #expect(try await begin(cleanup(started: .ago(.minutes(5)))) == false)
        #expect(try await begin(cleanup(started: .ago(.minutes(5) + tick))) == true)
        #expect(try await begin(cleanup(started: .ago(.minutes(6))), timeout: .minutes(7)) == false)
        #expect(try await begin(cleanup(created: .ago(.minutes(4)))) == false)
        #expect(try await begin(cleanup(created: .ago(.minutes(4)), started: .ago(.minutes(6)))) == true)
        #expect(try await begin(cleanup(started: .at(.noon + .minutes(5)))) == false)
        #expect(try await begin(cleanup(started: .at(.noon + .days(1)))) == true)
        #expect(try await begin(cleanup()) == true)
        #expect(try await begin(cleanup(created: .ago(.zero), started: .unreadable)) == true)
        #expect(try await begin(cleanup(created: .unreadable)) == true)
    }

    @Test("any of many cleanup jobs bars the run; finished ones and other types don't")
    func manyCleanups() async throws {
        let old = (0..<50).map { job("c\($0)", type: "cleanup", started: .ago(.hours(1))) }
        let young = job("young", type: "cleanup", started: .ago(.minutes(1)))
        let sweep = Sweep(FakeDatabase(jobs: old + [young]))
        await #expect(throws: RunRefusal.applicationCleanup(jobID: "young")) {
            try await sweep.sweeper.begin(request, policy: sweep.policy)
        }
        let others = [
            job("a", type: "cleanup", status: "completed", started: .ago(.minutes(1))),
            job("b", type: "sync", started: .ago(.minutes(1))),
        ]
        let free = Sweep(FakeDatabase(jobs: others))
        _ = try await free.sweeper.begin(request, policy: free.policy).execute()
    }

    @Test("refusals say what stands in the way, and count under their reason")
    func texts() {
        let holder = RunHolder(runID: "r", processID: 7, trigger: .api, startedAt: .noon)
        #expect(
            "\(RunRefusal.underWay(holder))"
                == "another run is under way on this database: run r, process 7, started 2026-01-02T12:00:00.000Z")
        #expect(
            "\(RunRefusal.underWay(nil))"
                == "another run is under way on this database; its process hasn't said which yet")
        #expect(
            "\(RunRefusal.applicationCleanup(jobID: "c1"))"
                == "the application's own cleanup job c1 is running on this database")
        #expect(RunRefusal.underWay(nil).reason == .overlap)
        #expect(RunRefusal.applicationCleanup(jobID: "").reason == .applicationCleanup)
        #expect(SkippedRunReason.allCases.map(\.rawValue) == ["overlap", "misfire", "application_cleanup"])
    }
}
