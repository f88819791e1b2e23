/// The report's JSON form.
extension RestoreReport: Codable {
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
        case notKept = "not_kept"
        case notRecorded = "not_recorded"
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
        let missing = notRestored - failures.count
        if missing > 0 { try container.encode(missing, forKey: .truncated) }
        try container.encode(takenAgain, forKey: .takenAgain)
        try container.encode(heldUntil, forKey: .heldUntil)
        try container.encode(startedAt, forKey: .startedAt)
        try container.encode(finishedAt, forKey: .finishedAt)
        try container.encode(Double(duration.wholeMicroseconds) / 1_000_000, forKey: .duration)
        if let notKept { try container.encode(notKept, forKey: .notKept) }
        if let notRecorded { try container.encode(notRecorded, forKey: .notRecorded) }
        if let error { try container.encode(error, forKey: .error) }
    }

    /// What another version left out, or wrote otherwise, is none; who asked, and for how long rows were held, the report doesn't say.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ key: CodingKeys, else none: Value) -> Value {
            (try? container.decode(Value.self, forKey: key)) ?? none
        }
        let request = RestoreRequest(
            id: try container.decode(String.self, forKey: .restoreID),
            runID: try container.decode(String.self, forKey: .runID), dryRun: read(.dryRun, else: false),
            operations: read(.operations, else: nil))
        self.init(request, at: try container.decode(Timestamp.self, forKey: .startedAt))
        status = try container.decode(RunStatus.self, forKey: .status)
        finishedAt = read(.finishedAt, else: startedAt)
        duration = .microseconds(Int64((read(.duration, else: 0.0) * 1_000_000).rounded()))
        restored = read(.restored, else: [:])
        present = read(.present, else: [:])
        for (name, count) in read(.notRestored, else: [String: Int]()) where count > 0 {
            if let obstacle = PutBack.Obstacle(rawValue: name) { obstacles[obstacle] = count }
        }
        failures = read(.errors, else: [])
        takenAgain = read(.takenAgain, else: [:])
        heldUntil = read(.heldUntil, else: nil)
        notKept = read(.notKept, else: nil)
        notRecorded = read(.notRecorded, else: nil)
        error = read(.error, else: nil)
    }
}

extension RestoreReport.Failure: Codable {
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

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        operation = try container.decode(String.self, forKey: .operation)
        table = try container.decode(String.self, forKey: .table)
        row = try container.decode(String.self, forKey: .row)
        obstacle = try container.decode(PutBack.Obstacle.self, forKey: .reason)
        reason = try container.decode(String.self, forKey: .error)
    }
}
