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

    package init(request: RunRequest, startedAt: Timestamp) {
        self.request = request
        self.startedAt = startedAt
        phase = .pending
        progress = RunProgress(percent: 0, message: "Waiting to start")
    }

    /// Takes in the run's end.
    package mutating func finish(_ report: RunReport, json: String) {
        phase = .over(report.status)
        finishedAt = report.finishedAt
        duration = report.duration
        self.report = json
        figures = RunFigures(report)
        figures?.details = RunDetails(report)
        error = report.errors.first?.message
        progress =
            report.status == .completed || report.status == .completedWithErrors
            ? .done
            : RunProgress(percent: progress.percent, message: report.status == .cancelled ? "Cancelled" : "Failed")
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
