/// A run as the history keeps it.
package struct RunRecord: Sendable, Equatable {
    /// Where a run stands.
    package enum Phase: Sendable, Hashable {
        /// Let in, its work not begun.
        case pending
        case running
        case over(RunStatus)

        package var name: String {
            switch self {
            case .pending: "pending"
            case .running: "running"
            case .over(let status): status.rawValue
            }
        }

        package init?(name: String) {
            switch name {
            case "pending": self = .pending
            case "running": self = .running
            default:
                guard let status = RunStatus(rawValue: name) else { return nil }
                self = .over(status)
            }
        }

        /// Every name that a phase can have.
        package static let names = ["pending", "running"] + RunStatus.allCases.map(\.rawValue)
    }

    package var request: RunRequest
    /// The run whose rows this one puts back; nil for a cleanup.
    package var undoes: String?
    package var phase: Phase
    package var progress: RunProgress
    package var startedAt: Timestamp
    package var finishedAt: Timestamp?
    package var duration: Duration?
    /// The report's JSON text; nil while there is none.
    package var report: String?
    /// The first error, for lists.
    package var error: String?
    /// What lists show of the report; nil while the run isn't over, or where nobody knows.
    package var figures: RunFigures?
    /// Who ended the run before its time; nil where nobody did.
    package var endedBy: Requester?

    /// Whether it is a cleanup that changed what it found: no preview and no restore.
    package var isSweep: Bool { !request.dryRun && undoes == nil }

    /// Whether it came to its end without a row changed.
    package var isKnownToHaveDoneNothing: Bool {
        figures.map { $0.lost == nil && $0.rows.values.allSatisfy { $0 == 0 } } ?? false
    }

    package init(request: RunRequest, startedAt: Timestamp) {
        self.request = request
        self.startedAt = startedAt
        phase = .pending
        progress = RunProgress(percent: 0, message: "Waiting to start")
    }

    /// A restore, which the history lists among the runs and counts in no total.
    package init(_ request: RestoreRequest, operations: [OperationName], startedAt: Timestamp) {
        self.init(
            request: RunRequest(
                runID: request.id, trigger: request.trigger, dryRun: request.dryRun,
                operations: request.operations ?? operations, by: request.by),
            startedAt: startedAt)
        undoes = request.runID
        phase = .running
        progress = RunProgress(percent: 0, message: "Looking at each row")
    }

    /// Takes in a restore's end.
    package mutating func finish(_ report: RestoreReport, json: String) {
        finish(report.status, at: report.finishedAt, after: report.duration, json: json)
        figures = RunFigures(rows: report.restored, errorCount: report.errorCount)
        error = report.error ?? report.failures.first.map { "\($0.row): \($0.reason)" }
    }

    /// Takes in the run's end.
    package mutating func finish(_ report: RunReport, json: String) {
        finish(report.status, at: report.finishedAt, after: report.duration, json: json)
        figures = RunFigures(report)
        figures?.details = RunDetails(report)
        error = report.errors.first?.message
    }

    private mutating func finish(_ status: RunStatus, at end: Timestamp, after span: Duration, json: String) {
        phase = .over(status)
        finishedAt = end
        duration = .microseconds(span.wholeMicroseconds)
        report = json
        progress =
            status == .completed || status == .completedWithErrors
            ? .done : RunProgress(percent: progress.percent, message: status == .cancelled ? "Cancelled" : "Failed")
    }
}

/// Some records out of a longer list.
package struct RunPage: Sendable, Equatable {
    package var runs: [RunRecord]
    /// How many there are in all.
    package var total: Int

    package init(runs: [RunRecord], total: Int) {
        self.runs = runs
        self.total = total
    }
}
