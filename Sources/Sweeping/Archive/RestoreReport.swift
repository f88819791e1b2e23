/// What a restore was asked for.
package struct RestoreRequest: Sendable, Equatable {
    /// Its own id.
    package var id: String
    /// The run whose rows are put back.
    package var runID: String
    package var dryRun: Bool
    /// Nil for all that the run did.
    package var operations: [OperationName]?
    /// For so long no run takes the rows again; nil for no time.
    package var hold: Duration?
    package var by: Requester?

    package init(
        id: String, runID: String, dryRun: Bool = false, operations: [OperationName]? = nil, hold: Duration? = nil,
        by requester: Requester? = nil
    ) {
        self.id = id
        self.runID = runID
        self.dryRun = dryRun
        self.operations = operations
        self.hold = hold
        by = requester
    }

    /// What set it off.
    package var trigger: Trigger { by?.kind == .cli ? .cli : .api }
}

/// What a restore did.
package struct RestoreReport: Sendable, Equatable {
    /// A row that couldn't be put back.
    package struct Failure: Sendable, Equatable {
        package var operation: String
        package var table: String
        package var row: String
        package var obstacle: PutBack.Obstacle
        package var reason: String

        package init(operation: String, table: String, row: String, obstacle: PutBack.Obstacle, reason: String) {
            self.operation = operation
            self.table = table
            self.row = row
            self.obstacle = obstacle
            self.reason = reason
        }
    }

    package var request: RestoreRequest
    package var status: RunStatus = .failed
    package var startedAt: Timestamp
    package var finishedAt: Timestamp
    package var duration: Duration = .zero
    /// Rows that were put back, by operation.
    package var restored: [String: Int] = [:]
    /// Rows that were as they were before, by operation: nobody took them, or they have been put back already.
    package var present: [String: Int] = [:]
    package var obstacles: [PutBack.Obstacle: Int] = [:]
    /// At most as many as a run's report lists.
    package var failures: [Failure] = []
    /// From when on each operation would take again what was put back; nil where it wouldn't for its settings.
    package var takenAgain: [String: Timestamp] = [:]
    package var heldUntil: Timestamp?
    /// What the run took or changed and couldn't keep, in the words of its report; nil where there is nothing of the kind.
    package var notKept: String?
    /// Why the history doesn't list the restore; nil where it does.
    package var notRecorded: String?
    /// Why the restore didn't come to its end.
    package var error: String?

    package init(_ request: RestoreRequest, at instant: Timestamp) {
        self.request = request
        startedAt = instant
        finishedAt = instant
    }

    package var restoredRows: Int { restored.values.reduce(0, +) }

    /// Rows that weren't put back.
    package var notRestored: Int { obstacles.values.reduce(0, +) }

    package var errorCount: Int { notRestored + (error == nil ? 0 : 1) }
}
