/// Lets runs in: at most one at a time on a database.
package struct Sweeper<Store: MaintenanceStore>: Sendable {
    package let store: Store
    package let clock: any SweepClock
    package let processID: Int32

    package init(store: Store, clock: any SweepClock, processID: Int32) {
        self.store = store
        self.clock = clock
        self.processID = processID
    }

    /// Takes the lease and opens the database. A database that can't be used doesn't refuse the run: it becomes a run that failed,
    /// with its report.
    /// - Throws: `RunRefusal` when another run, or the application's own cleanup, is under way.
    package func begin(
        _ request: RunRequest, policy: SweepPolicy, brakes: Brakes = .none, control: RunControl = RunControl(),
        onProgress: @escaping @Sendable (RunProgress) -> Void = { _ in },
        onBatch: @escaping @Sendable (RunReport) async -> Void = { _ in },
        keepingIn archive: (Timestamp) -> (any ArchiveSink)? = { _ in nil }
    ) async throws(RunRefusal) -> SweepRun<Store> {
        let startedAt = clock.now()
        let startUptime = clock.uptime()
        let archive = archive(startedAt)
        func run(_ opening: SweepRun<Store>.Opening, _ lease: (any RunLease)?) -> SweepRun<Store> {
            SweepRun(
                request: request, startedAt: startedAt, startUptime: startUptime, opening: opening, lease: lease,
                archive: archive, policy: policy, brakes: brakes, clock: clock, control: control,
                onProgress: onProgress,
                onBatch: onBatch)
        }
        let holder = RunHolder(
            runID: request.runID, processID: processID, trigger: request.trigger, startedAt: startedAt,
            dryRun: request.dryRun)
        let lease: any RunLease
        do {
            lease = try await store.acquireLease(for: holder)
        } catch let refusal as RunRefusal {
            throw refusal
        } catch {
            return run(.failed(storeError(error)), nil)
        }
        do {
            let options = SessionOptions(
                dryRun: request.dryRun, longestRehearsal: policy.pacing.longestRehearsal, now: startedAt,
                timeZone: policy.timeZone, archive: archive,
                isStopping: stopSignal(control, deadline: startUptime + policy.timeLimit))
            let session = try await store.openSession(options)
            if let cleanup = await liveCleanup(in: session, policy: policy, now: startedAt) {
                await session.close()
                await lease.release()
                throw RunRefusal.applicationCleanup(jobID: cleanup)
            }
            return run(.ready(session), lease)
        } catch let refusal as RunRefusal {
            throw refusal
        } catch {
            return run(.failed(storeError(error)), lease)
        }
    }

    private func stopSignal(_ control: RunControl, deadline: Duration) -> @Sendable () -> Bool {
        { [clock] in control.isCancelled || clock.uptime() >= deadline }
    }

    /// The id of a cleanup job of the application's own that bars a run.
    func liveCleanup(in session: Store.Session, policy: SweepPolicy, now: Timestamp) async -> String? {
        guard let cleanup = policy.applicationCleanup else { return nil }
        let selection = cleanup.selection
        var cursor: Store.Session.Cursor?
        // Where the question can't be asked (no such table, a locked file) the operations will say what is wrong.
        repeat {
            guard let page = try? await session.page(selection, after: cursor, limit: session.pageRows) else {
                return nil
            }
            if let live = page.rows.first(where: { cleanup.isUnderWay($0.row, at: now) }) { return live.row.id }
            cursor = page.next
        } while cursor != nil
        return nil
    }

    private func storeError(_ error: any Error) -> StoreError {
        error as? StoreError ?? StoreError(.other, "\(error)")
    }
}
