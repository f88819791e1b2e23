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
    private let logger: Logger
    private let live: LiveRun
    private let afterRun: @Sendable () async -> Void
    private var policy: SweepPolicy
    private var current: Current?
    /// Runs that ask to be let in, which can take as long as the database is locked.
    private var starting: [String: RunControl] = [:]
    private var isShuttingDown = false
    /// Who waits until no run is starting any more.
    private var shuttingDown: [CheckedContinuation<Void, Never>] = []

    /// - Parameters:
    ///   - live: where others see the run that is under way without waiting for anybody.
    ///   - afterRun: is done between a run's entry into the history and its end for everybody else, so that whoever sees the run
    ///     over sees the metrics that belong to it.
    package init(
        store: any MaintenanceStore, history: any RunHistory, policy: SweepPolicy, clock: any SweepClock,
        logger: Logger,
        live: LiveRun = LiveRun(), afterRun: @escaping @Sendable () async -> Void = {}
    ) {
        self.store = store
        self.history = history
        self.policy = policy
        self.clock = clock
        self.logger = logger
        self.live = live
        self.afterRun = afterRun
    }

    /// Takes over a policy for the runs that start from now on; the one under way keeps its own.
    package func apply(_ policy: SweepPolicy) {
        self.policy = policy
    }

    /// Starts a run and returns as soon as it was let in.
    /// - Parameter operations: nil for those that the configuration switches on.
    /// - Throws: `RunRefusal`.
    package func start(
        _ trigger: Trigger, dryRun: Bool = false, operations: [Sweeping.Operation]? = nil
    ) async throws(RunRefusal) -> StartedRun {
        let request = RunRequest(
            runID: UUID().uuidString.lowercased(), trigger: trigger, dryRun: dryRun,
            operations: operations ?? policy.enabledOperations)
        do {
            return try await launch(request)
        } catch {
            logger.notice(
                "a run was refused",
                metadata: ["run.trigger": "\(trigger.rawValue)", "reason": "\(error.description)"])
            if !dryRun { await history.noteSkipped(error.reason, count: 1) }
            throw error
        }
    }

    /// Ends the run with this id at its next batch.
    /// - Returns: false when it isn't the one under way.
    package func cancel(_ id: String) -> Bool {
        guard let current, current.record.request.runID == id else { return false }
        current.control.cancel()
        logger.notice("run is being cancelled", metadata: ["run.id": "\(id)"])
        return true
    }

    /// Lets no more runs in, ends the one under way, or about to be, at its next batch, and waits until it is in the history.
    package func shutDown() async {
        isShuttingDown = true
        for control in starting.values { control.cancel() }
        if !starting.isEmpty { await withCheckedContinuation { shuttingDown.append($0) } }
        guard let current else { return }
        current.control.cancel()
        _ = await current.task.value
    }

    private func launch(_ request: RunRequest) async throws(RunRefusal) -> StartedRun {
        if let current { throw .underWay(holder(of: current.record)) }
        guard !isShuttingDown else { throw .underWay(nil) }
        let control = RunControl()
        starting[request.runID] = control
        defer { hasStarted(request) }
        let run = try await begin(store, request, control: control)
        var record = RunRecord(request: request, startedAt: run.startedAt)
        record.phase = .running
        live.begin(record)
        let task = Task { await self.carryOut(run, record) }
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
        let run = try await sweeper.begin(request, policy: policy, control: control) { [live, logger] progress in
            logger.debug(
                "run progress",
                metadata: [
                    "run.id": "\(request.runID)", "progress": "\(progress.percent)", "step": "\(progress.message)",
                ])
            live.note(progress)
        }
        return PreparedRun(startedAt: run.startedAt, holdsLease: run.holdsLease) { await run.execute(recordedBy: $0) }
    }

    private func carryOut(_ run: PreparedRun, _ record: RunRecord) async -> RunReport {
        // Without the lease, another's run may be under way: it is not for this one to close records.
        if run.holdsLease { await history.begin(record) }
        logger.info("run started", metadata: metadata(record.request))
        // Opening the database took code that the sweep has no use for, and the sweep took memory that nobody needs after it.
        ResidentMemory.release()
        let report = await run.execute { await self.finish(record, $0) }
        ResidentMemory.release()
        log(report)
        await afterRun()
        live.end(finished(record, report), totals: await history.totals())
        current = nil
        return report
    }

    private func finish(_ record: RunRecord, _ report: RunReport) async {
        await history.finish(finished(record, report), report: report)
    }

    private func finished(_ record: RunRecord, _ report: RunReport) -> RunRecord {
        var record = record
        record.progress = live.progress ?? record.progress
        record.finish(report, json: ReportText.json(report))
        return record
    }

    private func holder(of record: RunRecord) -> RunHolder {
        RunHolder(
            runID: record.request.runID, processID: getpid(), trigger: record.request.trigger,
            startedAt: record.startedAt)
    }

    private func metadata(_ request: RunRequest) -> Logger.Metadata {
        [
            "run.id": "\(request.runID)", "run.trigger": "\(request.trigger.rawValue)",
            "run.dry_run": "\(request.dryRun)",
            "run.operations": "\(request.operations.map(\.rawValue).joined(separator: ","))",
        ]
    }

    private func log(_ space: ReturnedSpace, of report: RunReport) {
        let data: Logger.Metadata = [
            "run.id": "\(report.request.runID)", "space.bytes": "\(space.bytes)",
            "space.left_bytes": "\(space.leftBytes)", "space.ended": "\(space.end.text)",
        ]
        if space.end == .done {
            logger.info("space was given back to the disk", metadata: data)
        } else {
            logger.notice("giving space back to the disk ended early; the next run goes on", metadata: data)
        }
    }

    private func log(_ report: RunReport) {
        var data = metadata(report.request)
        data["run.status"] = "\(report.status.rawValue)"
        data["run.duration_seconds"] = "\(report.durationSeconds)"
        for operation in Sweeping.Operation.allCases {
            data["run.\(operation.rawValue)"] = "\(report.rowsChanged(by: operation))"
        }
        for error in report.errors.prefix(20) {
            logger.error(
                "cleanup error",
                metadata: [
                    "run.id": "\(report.request.runID)", "operation": "\(error.operationLabel)",
                    "job.id": "\(error.jobID ?? "")", "error": "\(error.message)",
                ])
        }
        for (operation, result) in report.results where !result.unreadable.isEmpty {
            logger.warning(
                "rows were left alone because their timestamps can't be read",
                metadata: [
                    "operation": "\(operation.rawValue)", "rows": "\(result.skipped[.unreadable] ?? 0)",
                    "examples": "\(result.unreadable.joined(separator: ","))",
                ])
        }
        if let space = report.returnedSpace { log(space, of: report) }
        logger.log(level: report.status == .failed ? .error : .info, "run finished", metadata: data)
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
    let holdsLease: Bool
    /// Is given what writes the end of the run down.
    let execute: @Sendable (@Sendable (RunReport) async -> Void) async -> RunReport
}
