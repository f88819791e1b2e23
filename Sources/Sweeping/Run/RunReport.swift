/// How a run ended.
package enum RunStatus: String, CaseIterable, Sendable, Hashable, Codable {
    case completed
    case completedWithErrors = "completed_with_errors"
    case failed
    case cancelled
}

/// What a run did: the value behind `jobsweep run --json`, the API's `result` and the metrics.
package struct RunReport: Sendable, Equatable {
    /// The most entries that `errors` and an operation's details list each; the counts are whole all the same.
    package static let listLimit = 1000

    package var request: RunRequest
    package var status: RunStatus
    package var startedAt: Timestamp
    package var finishedAt: Timestamp
    package var duration: Duration
    /// Every operation that the run might have done, in run order.
    package var catalogue: [OperationFacts]
    package var errors: [RunError] = []
    /// How many errors the run met at `run` level; those of operations are in `results`.
    package var runErrorCount = 0
    /// How long each transaction held the write lock, in seconds.
    package var lockHeld = HistogramTotals(bounds: RunTotals.lockBounds)
    /// What the run waited for.
    package var waits = Waits()
    /// One entry for each operation that the run took up.
    package var results: [OperationName: OperationResult] = [:]
    /// Disks with so little room that the run made do with small batches. They aren't in the report's JSON.
    package var scarce: [StorageRoom] = []
    /// Operations of which nothing was done.
    package var held: [HeldOperation] = []
    /// Operations that went on because somebody had approved them.
    package var approved: [OperationName: Requester] = [:]
    /// What the operations that came to their end relied on. It isn't in the report's JSON.
    package var shapes: [OperationName: OperationShape] = [:]
    /// The file that has what the run took away; nil where there is none.
    package var archive: String?
    /// Rows that were to be kept in it and aren't: they can't be put back. An error of the run says so; the count alone isn't in the
    /// report's JSON.
    package var unarchivedRows = 0
    /// Space that the run gave back to the disk; nil where there was nothing for it to do. It isn't in the report's JSON: a dry run
    /// can't know it, and has to report the same numbers.
    package var returnedSpace: ReturnedSpace?
    /// A dry run's doubt about the zone that is set. It isn't in the report's JSON: a real run doesn't look for it.
    package var zoneDoubt: ZoneDoubt?

    package init(
        request: RunRequest, status: RunStatus, startedAt: Timestamp, finishedAt: Timestamp, duration: Duration,
        catalogue: [OperationFacts]
    ) {
        self.request = request
        self.status = status
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.duration = duration
        self.catalogue = catalogue
    }

    package func rowsChanged(by operation: OperationName) -> Int {
        results[operation]?.rowsChanged ?? 0
    }

    package func skipped(_ reason: SkipReason) -> Int {
        results.values.reduce(0) { $0 + ($1.skipped[reason] ?? 0) }
    }

    package var errorCount: Int {
        results.values.reduce(runErrorCount) { $0 + $1.errorCount }
    }
}

/// One thing that went wrong: with a row, an operation, or the run.
package struct RunError: Sendable, Equatable {
    /// Nil for the run itself.
    package var operation: OperationName?
    package var jobID: String?
    package var message: String

    package init(operation: OperationName?, jobID: String? = nil, message: String) {
        self.operation = operation
        self.jobID = jobID
        self.message = message
    }

    /// The name of a run's own errors, in reports and as the metrics' `operation` label.
    package static let runLabel = "run"

    package var operationLabel: String { operation?.rawValue ?? RunError.runLabel }
}

/// What one operation of a run did.
package struct OperationResult: Sendable, Equatable {
    package var rowsChanged = 0
    /// Rows of other tables that went with those that were deleted.
    package var dependents = 0
    package var skipped: [SkipReason: Int] = [:]
    package var errorCount = 0
    package var duration: Duration = .zero
    /// Rows that qualify and are still there; nil when it couldn't be told.
    package var backlog: Int?
    /// Whether it ended because a run may do no more of it.
    package var isCut = false
    /// The row that held the write lock for longest, where that was too long, and what is to blame.
    package var dearRow: DearRow?
    /// Rows changed, by the operation's own metric.
    package var counts = LabelledCounts()
    /// What was done row by row, where the report tells of that.
    package var details: [ReportDetail] = []
    /// Some of the rows that the operation changed, or would change: a preview shows them.
    package var samples: [RowSample] = []
    /// Ids of some rows that were left alone, or were strange, and that somebody has to look at.
    package var examples: [SkipReason: [String]] = [:]

    package init() {}

    /// Counts a row under a reason.
    package mutating func note(_ reason: SkipReason, _ id: @autoclosure () -> String) {
        skipped[reason, default: 0] += 1
        guard reason.isStrange, examples[reason, default: []].count < RowSample.limit else { return }
        examples[reason, default: []].append(id())
    }
}

/// A row that an operation changes, as a preview shows it.
package struct RowSample: Sendable, Equatable, Codable {
    /// How many samples of an operation a report keeps.
    package static let limit = 5

    package var id: String
    /// Why the row is chosen, for a person.
    package var note: String

    package init(id: String, note: String) {
        self.id = id
        self.note = note
    }
}

/// What others need to know of an operation without knowing it.
package struct OperationFacts: Sendable, Equatable {
    package var name: OperationName
    package var wording: OperationWording
    package var summary: String
    package var announcement: Announcement
    package var metric: OperationMetric?
    /// Whether its rows go.
    package var deletes: Bool
    /// The table that its rows are in.
    package var table: String?

    package init(_ operation: any SweepOperation) {
        name = operation.name
        wording = operation.wording
        summary = operation.summary
        announcement = operation.announcement
        metric = operation.metric
        deletes = operation.deletes
        table = operation.needs.first?.table.description
    }
}
