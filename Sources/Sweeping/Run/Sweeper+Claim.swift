extension Sweeper {
    /// Takes the database for work that isn't a run, under the conditions that hold for runs.
    /// - Parameter name: stands where a run has its id, so that whoever is refused meanwhile is told what goes on.
    /// - Throws: `RunRefusal` when a run, or the application's own cleanup, is under way; `StoreError` when it can't be told.
    package func claim(as name: String, policy: SweepPolicy) async throws -> any RunLease {
        let now = clock.now()
        let lease = try await store.acquireLease(
            for: RunHolder(runID: name, processID: processID, trigger: .cli, startedAt: now))
        do {
            let session = try await store.openSession(SessionOptions(dryRun: true, now: now, timeZone: policy.timeZone))
            let cleanup = await liveCleanup(in: session, policy: policy, now: now)
            await session.close()
            if let cleanup { throw RunRefusal.applicationCleanup(jobID: cleanup) }
            return lease
        } catch {
            await lease.release()
            throw error
        }
    }
}
