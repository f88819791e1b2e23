/// The report's JSON form, with the names that DESIGN.md section 3 fixes. `truncated`, `samples`, what was waited for or couldn't be
/// seen, and the rarer reasons to leave a row alone are there only when they have something to say.
extension RunReport: Encodable {
    private struct Key: CodingKey, ExpressibleByStringLiteral {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init(stringLiteral name: String) { stringValue = name }
        init?(intValue: Int) { nil }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for operation in catalogue {
            if let field = operation.wording.reportField {
                try container.encode(rowsChanged(by: operation.name), forKey: Key(stringValue: field))
            }
            if let field = operation.wording.detailsField {
                try container.encode(results[operation.name]?.details ?? [], forKey: Key(stringValue: field))
            }
        }
        let deleting = catalogue.filter(\.deletes).map(\.name)
        try container.encode(counts(of: deleting, \.rowsChanged), forKey: "rows_deleted")
        try container.encode(counts(of: deleting, \.dependents), forKey: "dependents_deleted")
        try container.encode(status, forKey: "status")
        try container.encode(errors, forKey: "errors")
        try container.encode(request.runID, forKey: "run_id")
        try container.encode(request.trigger, forKey: "trigger")
        try container.encode(request.dryRun, forKey: "dry_run")
        try container.encode(request.operations, forKey: "operations")
        try container.encode(startedAt, forKey: "started_at")
        try container.encode(finishedAt, forKey: "finished_at")
        try container.encode(durationSeconds, forKey: "duration_seconds")
        try container.encode(skippedCounts, forKey: "skipped")
        try container.encode(pauseSeconds, forKey: "pauses")
        if !waits.causes.isEmpty { try container.encode(byReason(waits.causes), forKey: "pause_causes") }
        if !waits.unknown.isEmpty { try container.encode(byReason(waits.unknown), forKey: "pauses_unknown") }
        try container.encode(held.map(HeldEntry.init), forKey: "held")
        if !approved.isEmpty {
            let byName = Dictionary(uniqueKeysWithValues: approved.map { ($0.key.rawValue, $0.value) })
            try container.encode(byName, forKey: "approved")
        }
        try container.encode(archive, forKey: "archive")
        if let truncated { try container.encode(truncated, forKey: "truncated") }
        if request.dryRun { try container.encode(byOperation(\.samples), forKey: "samples") }
        let unreadable = byOperation { $0.examples[.unreadable] ?? [] }.filter { !$0.value.isEmpty }
        if !unreadable.isEmpty { try container.encode(unreadable, forKey: "unreadable_rows") }
    }

    /// Seconds, to the microsecond.
    package var durationSeconds: Double {
        Double(duration.wholeMicroseconds) / 1_000_000
    }

    /// Every reason, also those that this run had nothing to do with.
    private var pauseSeconds: [String: Double] {
        Dictionary(
            uniqueKeysWithValues: PauseReason.allCases.map { reason in
                (reason.rawValue, Double((waits.spans[reason] ?? .zero).wholeMicroseconds) / 1_000_000)
            })
    }

    private func byReason(_ words: [PauseReason: String]) -> [String: String] {
        Dictionary(uniqueKeysWithValues: words.map { ($0.key.rawValue, $0.value) })
    }

    private var skippedCounts: [String: Int] {
        var counts: [String: Int] = [:]
        for reason in SkipReason.allCases {
            let count = skipped(reason)
            if count > 0 || reason == .alive || reason == .changed { counts[reason.rawValue] = count }
        }
        return counts
    }

    /// How many entries the lists left out; nil when they are whole.
    private var truncated: [String: Int]? {
        var missing = ["errors": errorCount - errors.count]
        for operation in catalogue {
            guard let field = operation.wording.detailsField else { continue }
            missing[field] = rowsChanged(by: operation.name) - (results[operation.name]?.details.count ?? 0)
        }
        return missing.values.contains { $0 > 0 } ? missing : nil
    }

    private func counts(of operations: [OperationName], _ count: (OperationResult) -> Int) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: operations.map { ($0.rawValue, results[$0].map(count) ?? 0) })
    }

    private func byOperation<Value>(_ value: (OperationResult) -> Value) -> [String: Value] {
        Dictionary(uniqueKeysWithValues: results.map { ($0.key.rawValue, value($0.value)) })
    }
}

extension RunError: Encodable {
    private enum CodingKeys: String, CodingKey {
        case operation
        case jobID = "job_id"
        case error
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(operationLabel, forKey: .operation)
        try container.encode(jobID, forKey: .jobID)
        try container.encode(message, forKey: .error)
    }
}

/// What the report says of an operation that is held.
private struct HeldEntry: Encodable {
    let operation: OperationName
    let reason: HeldOperation.Reason
    let eligible: Int
    let usual: Int
    let message: String

    init(_ held: HeldOperation) {
        operation = held.operation
        reason = held.reason
        eligible = held.eligible
        usual = held.usual
        message = held.sentence
    }
}
