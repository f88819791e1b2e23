/// One run that was let in: it holds the database's lease until `execute` has ended, and with it everything that is to be said of it.
package struct SweepRun<Store: MaintenanceStore>: Sendable {
    /// What a run has when it starts.
    enum Opening: Sendable {
        case ready(Store.Session)
        /// The database can't be used; the run is over before it began.
        case failed(StoreError)
    }

    package let request: RunRequest
    package let startedAt: Timestamp
    let startUptime: Duration
    let opening: Opening
    let lease: (any RunLease)?
    let policy: SweepPolicy
    let clock: any SweepClock
    let control: RunControl
    let onProgress: @Sendable (RunProgress) -> Void

    /// How long a run may spend after its end on counting what it left.
    static var backlogCountLimit: Duration { .seconds(2) }

    /// Whether the run has the database to itself. One that couldn't even ask for the lease fails without knowing whether another
    /// is under way, and has no say over that one's record.
    package var holdsLease: Bool { lease != nil }

    /// Does the run. Whatever happens there is a report, and the lease is given back.
    /// - Parameter record: writes the end of the run down, before the lease is given back: whoever gets it next finds the record
    ///   finished.
    package func execute(recordedBy record: (RunReport) async -> Void = { _ in }) async -> RunReport {
        defer { lease?.release() }
        let report = await work()
        await record(report)
        return report
    }

    private func work() async -> RunReport {
        let recorder = RunRecorder(dryRun: request.dryRun)
        var status = RunStatus.failed
        switch opening {
        case .failed(let error) where error.code == .busy && control.isCancelled:
            status = .cancelled
        case .failed(let error):
            recorder.note(RunError(operation: nil, message: error.message))
        case .ready(let session):
            status = await sweep(session, recorder: recorder)
            await session.close()
        }
        var report = RunReport(
            request: request, status: status, startedAt: startedAt, finishedAt: clock.now(),
            duration: clock.uptime() - startUptime)
        report.cleanedJobDetails = recorder.details
        report.errors = recorder.errors
        report.lockHeld = recorder.lockHeld
        report.pauses = recorder.pauses
        report.runErrorCount = recorder.runErrorCount
        report.results = recorder.results
        report.returnedSpace = recorder.returnedSpace
        return report
    }

    private func sweep(_ session: Store.Session, recorder: RunRecorder) async -> RunStatus {
        var context = PassContext(
            now: startedAt, clock: clock, control: control, deadline: startUptime + policy.timeLimit,
            pacing: policy.pacing)
        let passes = SweepPasses(
            session: session, policy: policy, request: request, now: startedAt, recorder: recorder,
            onProgress: onProgress)
        defer {
            recorder.lockHeld = context.lockHeld
            recorder.pauses = context.pauses
        }
        onProgress(.finding)
        var unusable = 0
        for operation in request.operations {
            onProgress(RunProgress.startOf[operation] ?? .finding)
            do {
                try await run(operation, passes: passes, context: &context, recorder: recorder)
            } catch {
                switch stopReason(error, context) {
                case .cancelled: return .cancelled
                case .timeLimit:
                    recorder.note(RunError(operation: nil, message: timeLimitMessage))
                    return .completedWithErrors
                case nil:
                    let failure = error as? StoreError ?? StoreError(.other, "\(error)")
                    recorder.note(RunError(operation: operation, message: failure.message))
                    if failure.concernsWholeDatabase { unusable += 1 }
                }
            }
        }
        if !request.dryRun, recorder.rowsChanged > 0 {
            await context.makeRoom(session)
            try? await session.tidyUp()
        }
        if unusable > 0, unusable == request.operations.count { return .failed }
        if !request.dryRun, unusable == 0 {
            recorder.returnedSpace = await giveBackSpace(session, hasDeleted: recorder.hasDeleted, in: &context)
            if recorder.returnedSpace?.end == .cancelled { return .cancelled }
        }
        onProgress(.done)
        return recorder.errors.isEmpty ? .completed : .completedWithErrors
    }

    private func giveBackSpace(
        _ session: Store.Session, hasDeleted: Bool, in context: inout PassContext
    ) async -> ReturnedSpace? {
        // Pages aren't rows: how many of them fit into the lock's time has to be learnt anew.
        context.pacer.beginAnew()
        return await SpaceReturn(session: session, hasDeleted: hasDeleted) { onProgress(.givingBackSpace) }
            .run(in: &context)
    }

    private var timeLimitMessage: String {
        "the time limit of \(policy.timeLimit.inSeconds) s was reached; what was done is kept and the next run"
            + " takes up the rest"
    }

    private func run(
        _ operation: Operation, passes: SweepPasses<Store.Session>, context: inout PassContext, recorder: RunRecorder
    ) async throws {
        recorder.begin(operation)
        context.pacer.beginAnew()
        try context.checkStop()
        let session = passes.session
        try await session.check(operation)
        switch operation {
        case .staleJobs:
            let pass = passes.staleJobs(total: try await session.activeJobCount())
            try await run(pass, session: session, context: &context, recorder: recorder)
        case .oldJobs: try await run(passes.oldJobs(), session: session, context: &context, recorder: recorder)
        case .oldDownloads:
            try await run(passes.oldDownloads(), session: session, context: &context, recorder: recorder)
        case .stuckPlans: try await run(passes.stuckPlans(), session: session, context: &context, recorder: recorder)
        }
    }

    /// Runs one pass, times it, and counts what it leaves.
    private func run<Record, Change>(
        _ pass: OperationPass<Store.Session, Record, Change>, session: Store.Session, context: inout PassContext,
        recorder: RunRecorder
    ) async throws {
        let begin = clock.uptime()
        let outcome: Result<Void, any Error>
        do {
            try await pass.run(in: &context, session: session, recorder: recorder)
            outcome = .success(())
            recorder.end(pass.operation)
        } catch {
            outcome = .failure(error)
        }
        let refused = recorder.results[pass.operation]?.errorCount ?? 0
        let took = clock.uptime() - begin
        recorder.update(pass.operation) { $0.duration = took }
        var backlog: Int? = refused
        if case .failure = outcome, !request.dryRun {
            backlog = try? await pass.countEligible(in: context, within: Self.backlogCountLimit)
        }
        recorder.update(pass.operation) { $0.backlog = backlog }
        try outcome.get()
    }

    /// Whether the error means that the run is to end. Waiting for a lock ends when the run is to end: then that is the reason, not
    /// the lock.
    private func stopReason(_ error: any Error, _ context: PassContext) -> StopReason? {
        if let reason = error as? StopReason { return reason }
        guard let failure = error as? StoreError, failure.code == .busy else { return nil }
        do {
            try context.checkStop()
            return nil
        } catch {
            return error as? StopReason
        }
    }
}
