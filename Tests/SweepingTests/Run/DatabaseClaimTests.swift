import Sweeping
import Testing

@Suite("A claim on the database for work that isn't a run")
struct DatabaseClaimTests {
    @Test("keeps runs out and names what is done, until it is released")
    func claimed() async throws {
        let sweep = Sweep(FakeDatabase())
        let lease = try await sweep.sweeper.claim(as: "vacuum", policy: sweep.policy)
        let holder = RunHolder(runID: "vacuum", processID: 42, trigger: .cli, startedAt: .noon)
        await #expect(throws: RunRefusal.underWay(holder)) { try await sweep.run() }
        #expect(sweep.database.openSessions == 0)
        await lease.release()
        #expect(try await sweep.run().status == .completed)
    }

    @Test("is refused while a run is under way")
    func underWay() async throws {
        let sweep = Sweep(FakeDatabase())
        let holder = RunHolder(runID: "r", processID: 1, trigger: .schedule, startedAt: .noon)
        sweep.database.state.withLock { $0.holder = holder }
        await #expect(throws: RunRefusal.underWay(holder)) {
            try await sweep.sweeper.claim(as: "vacuum", policy: sweep.policy)
        }
    }

    @Test("is refused while the application cleans up by itself, and gives the lease back then")
    func cleanup() async throws {
        let sweep = Sweep(FakeDatabase(jobs: [job("c1", type: "cleanup", started: .ago(.minutes(1)))]))
        await #expect(throws: RunRefusal.applicationCleanup(jobID: "c1")) {
            try await sweep.sweeper.claim(as: "vacuum", policy: sweep.policy)
        }
        #expect(sweep.database.holder == nil)
        #expect(sweep.database.openSessions == 0)
    }

    @Test("a database that can't be opened gives the lease back")
    func unusable() async throws {
        let sweep = Sweep(FakeDatabase(script: .init(open: StoreError(.corrupt, "damaged"))))
        await #expect(throws: StoreError(.corrupt, "damaged")) {
            try await sweep.sweeper.claim(as: "vacuum", policy: sweep.policy)
        }
        #expect(sweep.database.holder == nil)
    }
}
