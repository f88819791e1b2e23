import Foundation
import Logging
import Sweeping

/// Starts runs, knows the one that is under way, and writes all of them into the history.
package actor RunCoordinator {
    private struct Current {
        var record: RunRecord
        let control: RunControl
        let task: Task<RunReport, Never>
    }

    private let store: any MaintenanceStore
    private let history: any RunHistory
    private let clock: any SweepClock
    private let log: RunLog
    private let health: Health
    private let clockGuard: ClockGuard
    private let brakes: BrakeMemory
    private let live: LiveRun
    private let archives: RunArchives?
    private let afterRun: @Sendable () async -> Void
    /// What the disk has room for that the state is on.
    private let stateRoom: @Sendable () -> StorageRoom?
    private var policy: SweepPolicy
    private var current: Current?
    /// Who asked for the end of the run under way.
    private var endedBy: Requester?
    /// Runs that ask to be let in, which can take as long as the database is locked.
    private var starting: [String: RunControl] = [:]
    private var isShuttingDown = false
    /// Whether every run is to end, also one that hasn't begun yet.
    private var isEnding = false
    /// Who waits until no run is starting any more.
    private var shuttingDown: [CheckedContinuation<Void, Never>] = []

    /// - Parameters:
    ///   - live: where others see the run that is under way without waiting for anybody.
    ///   - health: is told of every run's beginning and end.
    ///   - clockGuard: says whether the wall clock can be believed.
    ///   - archives: keep what runs take away; nil for nothing.
    ///   - afterRun: is done between a run's entry into the history and its end for everybody else, so that whoever sees the run
    ///     over sees the metrics that belong to it.
    package init(
        store: any MaintenanceStore, history: any RunHistory, policy: SweepPolicy, clock: any SweepClock,
        logger: Logger,
        live: LiveRun = LiveRun(), health: Health? = nil, clockGuard: ClockGuard? = nil,
        archives: RunArchives? = nil,
        stateRoom: @escaping @Sendable () -> StorageRoom? = { nil },
        afterRun: @escaping @Sendable () async -> Void = {}
    ) {
        self.stateRoom = stateRoom
        self.store = store
        self.history = history
        self.policy = policy
        self.clock = clock
        log = RunLog(logger)
        brakes = BrakeMemory(history: history, clock: clock)
        self.clockGuard = clockGuard ?? ClockGuard(history: history, clock: clock)
        self.health = health ?? Health(timeLimit: policy.timeLimit)
        self.live = live
        self.archives = archives
        self.afterRun = afterRun
    }

    /// Takes over a policy for the runs that start from now on; the one under way keeps its own.
    package func apply(_ policy: SweepPolicy) {
        self.policy = policy
        health.apply(timeLimit: policy.timeLimit)
    }

    /// Every operation that a run may do, in run order.
    package var operationNames: [OperationName] { policy.operationNames }

    /// What runs do that start now.
    package var currentPolicy: SweepPolicy { policy }

    /// Starts a run and returns as soon as it was let in.
    /// - Parameters:
    ///   - operations: nil for those that the configuration switches on.
    ///   - ignoringClock: take the wall clock for right as it stands.
    ///   - requester: who asks; nil where the trigger says it.
    /// - Throws: `RunRefusal`.
    package func start(
        _ trigger: Trigger, dryRun: Bool = false, operations: [OperationName]? = nil, ignoringClock: Bool = false,
        by requester: Requester? = nil
    ) async throws(RunRefusal) -> StartedRun {
        let request = RunRequest(
            runID: UUID().uuidString.lowercased(), trigger: trigger, dryRun: dryRun,
            operations: operations.map(policy.inRunOrder) ?? policy.enabledOperations,
            by: requester ?? Requester(of: trigger))
        do {
            return try await launch(request, ignoringClock: ignoringClock)
        } catch {
            log.refused(request, error)
            if !dryRun { await history.noteSkipped(error.reason, count: 1) }
            throw error
        }
    }

    /// Ends the run with this id at its next batch.
    /// - Returns: false when it isn't the one under way.
    package func cancel(_ id: String, by requester: Requester = .cli) -> Bool {
        guard let current, current.record.request.runID == id else { return false }
        end(current, by: requester)
        log.cancelling(id, by: requester)
        return true
    }

    /// Lets a held operation go on in the next run that takes it up, once.
    /// - Returns: whether that could be remembered.
    func approve(_ operation: OperationName, by requester: Requester) async -> Bool {
        guard await brakes.approve(operation, by: requester) else { return false }
        log.approved(operation, by: requester)
        return true
    }

    /// Ends the run that is under way, or about to be, at its next batch, and any that still comes.
    package func endAll(by requester: Requester = .cli) {
        isEnding = true
        for control in starting.values { control.cancel() }
        current?.control.cancel()
        if endedBy == nil { endedBy = requester }
    }

    /// The first to ask is the one who ended it.
    private func end(_ run: Current, by requester: Requester) {
        run.control.cancel()
        if endedBy == nil { endedBy = requester }
    }

    /// Lets no more runs in, ends the one under way, or about to be, at its next batch, and waits until it is in the history.
    package func shutDown() async {
        isShuttingDown = true
        for control in starting.values { control.cancel() }
        if !starting.isEmpty { await withCheckedContinuation { shuttingDown.append($0) } }
        guard let current else { return }
        end(current, by: .shutdown)
        _ = await current.task.value
    }

    private func launch(_ request: RunRequest, ignoringClock: Bool) async throws(RunRefusal) -> StartedRun {
        if let current { throw .underWay(holder(of: current.record)) }
        guard !isShuttingDown else { throw .underWay(nil) }
        let control = RunControl()
        if isEnding { control.cancel() }
        starting[request.runID] = control
        defer { hasStarted(request) }
        health.runBegan(request.runID)
        let run: PreparedRun
        do {
            run = try await begin(store, request, control: control)
        } catch {
            health.runEnded(request.runID)
            throw error
        }
        var record = RunRecord(request: request, startedAt: run.startedAt)
        record.phase = .running
        live.begin(record)
        let task = Task { await self.carryOut(run, record, ignoringClock: ignoringClock) }
        current = Current(record: record, control: control, task: task)
        return StartedRun(record: record, report: task)
    }

    /// The run is the current one, or was refused.
    private func hasStarted(_ request: RunRequest) {
        starting[request.runID] = nil
        guard starting.isEmpty else { return }
        for waiter in shuttingDown { waiter.resume() }
        shuttingDown = []
    }

    private func begin(
        _ store: some MaintenanceStore, _ request: RunRequest, control: RunControl
    ) async throws(RunRefusal) -> PreparedRun {
        let sweeper = Sweeper(store: store, clock: clock, processID: getpid())
        var brakes = await brakes.brakes(surge: policy.surge)
        brakes.stateRoom = stateRoom()
        // What there is of a scarce disk is for the run's end.
        let isNoted = brakes.stateRoom?.isScarce != true
        var policy = policy
        policy.heldBack = await history.heldBack()
        let run = try await sweeper.begin(
            request, policy: policy, brakes: brakes, control: control,
            onProgress: { [live, log] progress in
                log.progress(progress, of: request)
                live.note(progress)
            }, onBatch: { [history] in if isNoted { await history.note($0) } },
            keepingIn: { [archives] in archives?.sink(for: request, startedAt: $0) })
        return PreparedRun(run)
    }

    private func carryOut(_ run: PreparedRun, _ record: RunRecord, ignoringClock: Bool) async -> RunReport {
        // Without the lease, another's run may be under way: it is not for this one to close records.
        if run.holdsLease {
            await history.begin(record)
            await archives?.settleAll(in: store)
        }
        log.started(record.request)
        // Opening the database and the sweep took memory that nobody needs after them.
        ResidentMemory.release()
        let run = await believed(run, record.request, ignoringClock: ignoringClock)
        let report = await run.execute { await self.finish(record, $0) }
        ResidentMemory.release()
        await archives?.prune()
        log.finished(report)
        await afterRun()
        live.end(finished(record, report), totals: await history.totals())
        current = nil
        endedBy = nil
        health.runEnded(record.request.runID)
        return report
    }

    /// The run, or one that fails where the wall clock can't be believed: every cutoff comes from it.
    private func believed(_ run: PreparedRun, _ request: RunRequest, ignoringClock: Bool) async -> PreparedRun {
        guard !ignoringClock else {
            if !request.dryRun { await clockGuard.accept() }
            return run
        }
        let look = clockGuard.look(wall: run.startedAt, sinceBoot: run.startUptime)
        guard let doubt = await clockGuard.judge(look) else { return run }
        return await run.refused(StoreError(.other, doubt.description))
    }

    private func finish(_ record: RunRecord, _ report: RunReport) async {
        await history.finish(finished(record, report), report: report)
        for change in await brakes.note(report) { log.changed(change, request: report.request) }
    }

    private func finished(_ record: RunRecord, _ report: RunReport) -> RunRecord {
        var record = record
        record.progress = live.progress ?? record.progress
        record.finish(report, json: ReportText.json(report))
        if report.status == .cancelled { record.endedBy = endedBy ?? (isShuttingDown ? .shutdown : nil) }
        return record
    }

    private func holder(of record: RunRecord) -> RunHolder {
        RunHolder(
            runID: record.request.runID, processID: getpid(), trigger: record.request.trigger,
            startedAt: record.startedAt)
    }
}

extension Requester {
    /// Who is behind a trigger; nil where only the request can tell.
    init?(of trigger: Trigger) {
        switch trigger {
        case .schedule, .startup: self = .schedule
        case .cli: self = .cli
        case .api: return nil
        }
    }
}

/// A run that was let in.
package struct StartedRun: Sendable {
    package let record: RunRecord
    /// Ends with the run.
    package let report: Task<RunReport, Never>
}

/// A run whose store's type doesn't matter any more.
private struct PreparedRun: Sendable {
    let startedAt: Timestamp
    let startUptime: Duration
    let holdsLease: Bool
    /// Is given what writes the end of the run down.
    let execute: @Sendable (@Sendable (RunReport) async -> Void) async -> RunReport
    /// The same run, over before it began.
    let refused: @Sendable (StoreError) async -> PreparedRun

    init(_ run: SweepRun<some MaintenanceStore>) {
        startedAt = run.startedAt
        startUptime = run.startUptime
        holdsLease = run.holdsLease
        execute = { await run.execute(recordedBy: $0) }
        refused = { PreparedRun(await run.refused(because: $0)) }
    }
}
