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
    package let startUptime: Duration
    let opening: Opening
    let lease: (any RunLease)?
    /// Where the session puts what it takes away; nil where nothing is kept.
    let archive: (any ArchiveSink)?
    let policy: SweepPolicy
    let brakes: Brakes
    let clock: any SweepClock
    let control: RunControl
    let onProgress: @Sendable (RunProgress) -> Void
    /// Is told of the report behind each batch that changed something.
    let onBatch: @Sendable (RunReport) async -> Void

    /// How long a run may spend after its end on counting what it left.
    static var backlogCountLimit: Duration { .seconds(2) }

    /// Whether the run has the database to itself. One that couldn't even ask for the lease fails without knowing whether another
    /// is under way, and has no say over that one's record.
    package var holdsLease: Bool { lease != nil }

    /// Does the run. Whatever happens there is a report, and the lease is given back.
    /// - Parameter record: writes the end of the run down, before the lease is given back: whoever gets it next finds the record
    ///   finished.
    package func execute(recordedBy record: (RunReport) async -> Void = { _ in }) async -> RunReport {
        let report = await work()
        await record(report)
        await lease?.release()
        return report
    }

    private func work() async -> RunReport {
        let recorder = RunRecorder(request, startedAt: startedAt, catalogue: policy.catalogue, onBatch: onBatch)
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
        recorder.note(archive?.finish())
        if status == .completed, !recorder.report.errors.isEmpty { status = .completedWithErrors }
        return recorder.end(status, at: clock.now(), after: clock.uptime() - startUptime)
    }

    private func sweep(_ session: Store.Session, recorder: RunRecorder) async -> RunStatus {
        var context = PassContext(
            now: startedAt, clock: clock, control: control, deadline: startUptime + policy.timeLimit,
            pacing: await pacing(session, recorder))
        defer { recorder.note(lockHeld: context.lockHeld, waits: context.waits) }
        if let first = policy.operations.first { onProgress(.finding(first.wording)) }
        var unusable = 0
        for operation in policy.operations where request.operations.contains(operation.name) {
            onProgress(.beginning(operation.wording))
            do {
                try await run(operation, in: &context, session: session, recorder: recorder)
            } catch {
                switch stopReason(error, context) {
                case .cancelled: return .cancelled
                case .timeLimit:
                    recorder.note(RunError(operation: nil, message: timeLimitMessage))
                    // It waited for a lock until its time was over, and nothing came of it.
                    let wasKeptOut = error is StoreError && !request.dryRun && recorder.rowsChanged == 0
                    return wasKeptOut ? .failed : .completedWithErrors
                case nil:
                    let failure = error as? StoreError ?? StoreError(.other, "\(error)")
                    recorder.note(RunError(operation: operation.name, message: failure.message))
                    if failure.endsRun { return .failed }
                    if failure.concernsWholeDatabase { unusable += 1 }
                }
            }
        }
        if request.dryRun {
            let columns = policy.operations.flatMap { $0.selection(at: startedAt).times }
            // An operation has said already why the database can't be read.
            let newest = try? await session.newestTime(in: columns)
            recorder.note(newest.flatMap { ZoneDoubt($0, now: startedAt, in: policy.timeZone) })
        }
        if !request.dryRun, recorder.rowsChanged > 0 {
            await context.makeRoom(session)
            try? await session.tidyUp()
        }
        // A run of a single batch hadn't had to ask.
        if !request.dryRun { await context.look(session) }
        // With the write lock held by somebody for good, an operation that finds nothing to do ends well: nothing came of the run
        // all the same, and that has to page.
        let cameToNothing = !request.dryRun && recorder.rowsChanged == 0
        if unusable > 0, cameToNothing || unusable == request.operations.count { return .failed }
        if !request.dryRun, unusable == 0 {
            let space = await giveBackSpace(session, hasDeleted: recorder.hasDeleted, in: &context)
            recorder.note(space)
            if space?.end == .cancelled { return .cancelled }
        }
        onProgress(.done)
        let report = recorder.report
        return report.errors.isEmpty && report.held.isEmpty ? .completed : .completedWithErrors
    }

    /// How hard the run may lean on the database: where there is little room on a disk, it makes do with little.
    private func pacing(_ session: Store.Session, _ recorder: RunRecorder) async -> PacingPolicy {
        let room = try? await session.room()
        let scarce = [room, brakes.stateRoom].compactMap(\.self).filter(\.isScarce)
        recorder.note(scarce: scarce)
        return scarce.isEmpty ? policy.pacing : policy.pacing.frugal
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
        _ operation: any SweepOperation, in context: inout PassContext, session: Store.Session, recorder: RunRecorder
    ) async throws {
        recorder.begin(operation.name)
        context.pacer.beginAnew()
        try context.checkStop()
        guard let operation = try await settle(operation, in: session) else {
            // It isn't for a database like this.
            recorder.update(operation.name) { $0.backlog = 0 }
            return
        }
        var foresight: Foresight?
        if request.dryRun {
            foresight = try await Foresight(
                of: operation, after: recorder.ended, at: startedAt, heldBack: policy.heldBack, in: session)
        }
        let pass = OperationPass(
            operation, at: startedAt, foresight: foresight,
            laterTables: request.dryRun ? tables(after: operation) : [], most: policy.maxRows,
            heldBack: policy.heldBack, session: session,
            recorder: recorder,
            onProgress: onProgress)
        let check = BrakeCheck(operation: operation, pass: pass, session: session, brakes: brakes, now: startedAt)
        if let held = try await check.held(in: context) {
            recorder.hold(held)
            return
        }
        recorder.note(approvedBy: brakes.approved[operation.name], operation.name)
        try await run(pass, in: &context)
        if !request.dryRun, let shape = try? await OperationShape.of(operation, at: startedAt, in: session) {
            recorder.remember(shape, of: operation.name)
        }
    }

    /// The operation as it is on this database; nil where it isn't for such a one.
    /// - Throws: `StoreError` that says what is missing and what to do about it.
    private func settle(_ operation: any SweepOperation, in session: Store.Session) async throws
        -> (any SweepOperation)?
    {
        do {
            let settled = try await operation.settled(in: session)
            if let settled { try await session.require(settled.needs) }
            return settled
        } catch let error as StoreError where error.code == .schema {
            throw StoreError(.schema, "\(error.message): \(operation.remedy)")
        }
    }

    /// The tables whose rows the later operations of this run choose by.
    private func tables(after operation: any SweepOperation) -> [TableReference] {
        let chosen = policy.operations.filter { request.operations.contains($0.name) }
        return chosen.drop { $0.name != operation.name }.dropFirst().flatMap { later in
            let selection = later.selection(at: startedAt)
            return [selection.table] + selection.lookups.filter(\.passesOverGone).map(\.table)
                + later.dependents.flatMap { [$0.table] + $0.unlessReferenced.map(\.table) }
        }
    }

    /// Runs one pass, times it, and counts what it leaves.
    private func run(_ pass: OperationPass<Store.Session>, in context: inout PassContext) async throws {
        let begin = clock.uptime()
        let recorder = pass.recorder
        let name = pass.operation.name
        let outcome: Result<Void, any Error>
        do {
            try await pass.run(in: &context)
            outcome = .success(())
            recorder.end(pass.operation)
        } catch {
            outcome = .failure(error)
        }
        let refused = recorder.report.results[name]?.errorCount ?? 0
        let took = clock.uptime() - begin
        recorder.update(name) { $0.duration = took }
        await pass.nameCauses()
        var backlog: Int? = refused
        let isCut = recorder.report.results[name]?.isCut == true
        if !request.dryRun, isCut || !outcome.isSuccess {
            backlog = try? await pass.countEligible(in: context, within: Self.backlogCountLimit)
        }
        recorder.update(name) { $0.backlog = backlog }
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

extension Result {
    fileprivate var isSuccess: Bool { if case .success = self { true } else { false } }
}

extension SweepOperation {
    /// The operation as it is on the session's database; nil where it isn't for such a one.
    /// - Throws: `StoreError` with code `.schema` where it can't be.
    package func settled(in session: some MaintenanceSession) async throws -> (any SweepOperation)? {
        var facts: [TableReference: TableFacts] = [:]
        for table in looksAt where facts[table] == nil { facts[table] = try await session.facts(of: table) }
        return try settled(by: facts)
    }
}
