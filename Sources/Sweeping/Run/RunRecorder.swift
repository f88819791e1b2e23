/// Gathers what a run does until its report is made. It belongs to the one task that runs the sweep.
final class RunRecorder {
    private let isDryRun: Bool
    private(set) var details: [CleanedJob] = []
    private(set) var errors: [RunError] = []
    private(set) var runErrorCount = 0
    var lockHeld = HistogramTotals(bounds: RunTotals.lockBounds)
    var pauses: [PauseReason: Duration] = [:]
    var returnedSpace: ReturnedSpace?
    private(set) var results: [Operation: OperationResult] = [:]
    /// Operations that came to their end.
    private(set) var ended: Set<Operation> = []
    /// Jobs that an operation of a dry run wasn't allowed to change: later operations have to know.
    private var refused: [Operation: Set<String>] = [:]

    init(dryRun: Bool) {
        isDryRun = dryRun
    }

    var rowsChanged: Int {
        results.values.reduce(0) { $0 + $1.rowsChanged }
    }

    /// Whether rows went, and left space behind.
    var hasDeleted: Bool {
        [Operation.oldJobs, .oldDownloads].contains { (results[$0]?.rowsChanged ?? 0) > 0 }
    }

    /// Marks the operation as taken up, so that the report has a result for it whatever happens.
    func begin(_ operation: Operation) {
        results[operation] = OperationResult()
    }

    func update(_ operation: Operation, _ body: (inout OperationResult) -> Void) {
        body(&results[operation, default: OperationResult()])
    }

    func note(_ job: CleanedJob) {
        if details.count < RunReport.listLimit { details.append(job) }
    }

    func note(_ error: RunError) {
        if errors.count < RunReport.listLimit { errors.append(error) }
        if let operation = error.operation {
            update(operation) { $0.errorCount += 1 }
        } else {
            runErrorCount += 1
        }
    }

    /// Notes that the database refused the change of a row.
    func refuse(_ error: RunError) {
        note(error)
        guard isDryRun, let operation = error.operation, let jobID = error.jobID else { return }
        refused[operation, default: []].insert(jobID)
    }

    func end(_ operation: Operation) {
        ended.insert(operation)
    }

    /// Whether the operation, which would change this job, has got round to it and was allowed to.
    func hasChanged(_ jobID: String, by operation: Operation) -> Bool {
        ended.contains(operation) && refused[operation]?.contains(jobID) != true
    }

    func skip(_ operation: Operation, _ reason: SkipReason, id: String) {
        update(operation) { result in
            result.skipped[reason, default: 0] += 1
            if reason == .unreadable, result.unreadable.count < RowSample.limit { result.unreadable.append(id) }
        }
    }
}
