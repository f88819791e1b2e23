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
    /// Why the restore didn't come to its end.
    package var error: String?

    package init(_ request: RestoreRequest, at instant: Timestamp) {
        self.request = request
        startedAt = instant
        finishedAt = instant
    }

    package var restoredRows: Int { restored.values.reduce(0, +) }
}

/// The report's JSON form.
extension RestoreReport: Encodable {
    private enum CodingKeys: String, CodingKey {
        case status, operations, errors, error, truncated
        case restoreID = "restore_id"
        case runID = "run_id"
        case dryRun = "dry_run"
        case startedAt = "started_at"
        case finishedAt = "finished_at"
        case duration = "duration_seconds"
        case restored = "rows_restored"
        case present = "rows_present"
        case notRestored = "rows_not_restored"
        case takenAgain = "taken_again_from"
        case heldUntil = "held_until"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(status, forKey: .status)
        try container.encode(request.id, forKey: .restoreID)
        try container.encode(request.runID, forKey: .runID)
        try container.encode(request.dryRun, forKey: .dryRun)
        if let operations = request.operations { try container.encode(operations, forKey: .operations) }
        try container.encode(restored, forKey: .restored)
        try container.encode(present, forKey: .present)
        let counts = PutBack.Obstacle.allCases.map { ($0.rawValue, obstacles[$0] ?? 0) }
        try container.encode(Dictionary(uniqueKeysWithValues: counts), forKey: .notRestored)
        try container.encode(failures, forKey: .errors)
        let missing = obstacles.values.reduce(0, +) - failures.count
        if missing > 0 { try container.encode(missing, forKey: .truncated) }
        try container.encode(takenAgain, forKey: .takenAgain)
        try container.encode(heldUntil, forKey: .heldUntil)
        try container.encode(startedAt, forKey: .startedAt)
        try container.encode(finishedAt, forKey: .finishedAt)
        try container.encode(Double(duration.wholeMicroseconds) / 1_000_000, forKey: .duration)
        if let error { try container.encode(error, forKey: .error) }
    }
}

extension RestoreReport.Failure: Encodable {
    private enum CodingKeys: String, CodingKey {
        case operation, table, row, reason, error
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(operation, forKey: .operation)
        try container.encode(table, forKey: .table)
        try container.encode(row, forKey: .row)
        try container.encode(obstacle, forKey: .reason)
        try container.encode(reason, forKey: .error)
    }
}
