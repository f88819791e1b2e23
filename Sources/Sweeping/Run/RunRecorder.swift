/// Writes a run's report while the run is under way. It belongs to the one task that runs the sweep.
final class RunRecorder {
    private(set) var report: RunReport
    /// Operations that came to their end.
    private(set) var ended: [any SweepOperation] = []
    /// Rows that an operation of a dry run couldn't change: later operations have to know.
    private var kept: [OperationName: Set<[Value]>] = [:]
    /// Is told of the report behind each batch that changed something.
    private let onBatch: @Sendable (RunReport) async -> Void

    init(
        _ request: RunRequest, startedAt: Timestamp, catalogue: [OperationFacts],
        onBatch: @escaping @Sendable (RunReport) async -> Void = { _ in }
    ) {
        self.onBatch = onBatch
        report = RunReport(
            request: request, status: .failed, startedAt: startedAt, finishedAt: startedAt, duration: .zero,
            catalogue: catalogue)
    }

    var rowsChanged: Int {
        report.results.values.reduce(0) { $0 + $1.rowsChanged }
    }

    /// Whether rows went, and left space behind.
    var hasDeleted: Bool {
        report.catalogue.contains { $0.deletes && report.rowsChanged(by: $0.name) > 0 }
    }

    /// Marks the operation as taken up, so that the report has a result for it whatever happens.
    func begin(_ operation: OperationName) {
        report.results[operation] = OperationResult()
    }

    /// To be called behind each batch: what it did has to survive the process.
    func tell(of outcome: BatchOutcome) async {
        guard !report.request.dryRun, outcome.dependents > 0 || outcome.rows.contains(.done) else { return }
        await onBatch(report)
    }

    func update(_ operation: OperationName, _ body: (inout OperationResult) -> Void) {
        body(&report.results[operation, default: OperationResult()])
    }

    func note(_ error: RunError) {
        if report.errors.count < RunReport.listLimit { report.errors.append(error) }
        if let operation = error.operation {
            update(operation) { $0.errorCount += 1 }
        } else {
            report.runErrorCount += 1
        }
    }

    func note(lockHeld: HistogramTotals, waits: Waits) {
        report.lockHeld = lockHeld
        report.waits = waits
    }

    func note(_ doubt: ZoneDoubt?) {
        report.zoneDoubt = doubt
    }

    /// Notes what is kept of what the run took away. Where not all of it is, that is an error of the run: it can't be undone whole.
    func note(_ archive: ArchiveFacts?) {
        report.archive = archive?.file
        guard let archive, let loss = archive.loss else { return }
        report.unarchivedRows = archive.missed
        note(RunError(operation: nil, message: loss))
    }

    func note(_ space: ReturnedSpace?) {
        report.returnedSpace = space
    }

    func note(scarce rooms: [StorageRoom]) {
        report.scarce = rooms
    }

    /// Notes that nothing was done of an operation.
    func hold(_ held: HeldOperation) {
        report.held.append(held)
    }

    /// Notes who let an operation go on, where somebody did.
    func note(approvedBy requester: Requester?, _ operation: OperationName) {
        report.approved[operation] = requester
    }

    /// Notes what an operation relied on.
    func remember(_ shape: OperationShape, of operation: OperationName) {
        report.shapes[operation] = shape
    }

    /// Notes that the database refused the change of a row.
    func refuse(_ row: [Value], _ error: RunError) {
        note(error)
        if let operation = error.operation { keep(row, from: operation) }
    }

    /// Notes that the row stays though its operation would have changed it.
    func keep(_ row: [Value], from operation: OperationName) {
        guard report.request.dryRun else { return }
        kept[operation, default: []].insert(row)
    }

    func end(_ operation: any SweepOperation) {
        ended.append(operation)
    }

    /// Whether an operation couldn't change this row.
    func wasKept(_ row: [Value], from operation: OperationName) -> Bool {
        kept[operation]?.contains(row) == true
    }

    func skip(_ operation: OperationName, _ reason: SkipReason, id: @autoclosure () -> String) {
        update(operation) { $0.note(reason, id()) }
    }

    /// Takes the run's end down.
    /// - Returns: the whole report.
    func end(_ status: RunStatus, at instant: Timestamp, after duration: Duration) -> RunReport {
        report.status = status
        report.finishedAt = instant
        report.duration = duration
        return report
    }
}
