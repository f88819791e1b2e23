/// The report's JSON form, with the names that DESIGN.md section 3 fixes. `truncated`, `samples` and the counts of unreadable rows
/// are there only when they have something to say.
extension RunReport: Encodable {
    private enum CodingKeys: String, CodingKey {
        case status
        case cleanedJobs = "cleaned_jobs"
        case cleanedJobDetails = "cleaned_job_details"
        case oldJobsDeleted = "old_jobs_deleted"
        case oldDownloadsDeleted = "old_downloads_deleted"
        case stuckPlansUpdated = "stuck_plans_updated"
        case errors
        case runID = "run_id"
        case trigger
        case dryRun = "dry_run"
        case operations
        case startedAt = "started_at"
        case finishedAt = "finished_at"
        case durationSeconds = "duration_seconds"
        case skipped
        case pauses
        case truncated
        case samples
        case unreadable = "unreadable_rows"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(status, forKey: .status)
        try container.encode(rowsChanged(by: .staleJobs), forKey: .cleanedJobs)
        try container.encode(cleanedJobDetails, forKey: .cleanedJobDetails)
        try container.encode(rowsChanged(by: .oldJobs), forKey: .oldJobsDeleted)
        try container.encode(rowsChanged(by: .oldDownloads), forKey: .oldDownloadsDeleted)
        try container.encode(rowsChanged(by: .stuckPlans), forKey: .stuckPlansUpdated)
        try container.encode(errors, forKey: .errors)
        try container.encode(request.runID, forKey: .runID)
        try container.encode(request.trigger, forKey: .trigger)
        try container.encode(request.dryRun, forKey: .dryRun)
        try container.encode(request.operations, forKey: .operations)
        try container.encode(startedAt, forKey: .startedAt)
        try container.encode(finishedAt, forKey: .finishedAt)
        try container.encode(durationSeconds, forKey: .durationSeconds)
        try container.encode(skippedCounts, forKey: .skipped)
        try container.encode(pauseSeconds, forKey: .pauses)
        if let truncated { try container.encode(truncated, forKey: .truncated) }
        if request.dryRun { try container.encode(samplesByOperation, forKey: .samples) }
        let unreadable = byOperation(\.unreadable).filter { !$0.value.isEmpty }
        if !unreadable.isEmpty { try container.encode(unreadable, forKey: .unreadable) }
    }

    /// Seconds, to the microsecond.
    package var durationSeconds: Double {
        Double(duration.wholeMicroseconds) / 1_000_000
    }

    /// Every reason, also those that this run had nothing to do with.
    private var pauseSeconds: [String: Double] {
        Dictionary(
            uniqueKeysWithValues: PauseReason.allCases.map { reason in
                (reason.rawValue, Double((pauses[reason] ?? .zero).wholeMicroseconds) / 1_000_000)
            })
    }

    private var skippedCounts: [String: Int] {
        var counts = [
            SkipReason.alive.rawValue: skipped(.alive), SkipReason.changed.rawValue: skipped(.changed),
        ]
        if skipped(.unreadable) > 0 { counts[SkipReason.unreadable.rawValue] = skipped(.unreadable) }
        return counts
    }

    /// How many entries the lists left out; nil when they are whole.
    private var truncated: [String: Int]? {
        let details = rowsChanged(by: .staleJobs) - cleanedJobDetails.count
        let failures = errorCount - errors.count
        guard details > 0 || failures > 0 else { return nil }
        return [CodingKeys.cleanedJobDetails.rawValue: details, CodingKeys.errors.rawValue: failures]
    }

    private var samplesByOperation: [String: [RowSample]] {
        byOperation(\.samples)
    }

    private func byOperation<Value>(_ value: (OperationResult) -> Value) -> [String: Value] {
        Dictionary(uniqueKeysWithValues: results.map { ($0.key.rawValue, value($0.value)) })
    }
}

extension CleanedJob: Encodable {
    private enum CodingKeys: String, CodingKey {
        case jobID = "job_id"
        case jobType = "job_type"
        case status
        case timeoutMinutes = "timeout_minutes"
        case elapsedMinutes = "elapsed_minutes"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(jobID, forKey: .jobID)
        try container.encode(jobType, forKey: .jobType)
        try container.encode(outcome, forKey: .status)
        let minutes = timeout.inMinutes
        if minutes == minutes.rounded() {
            try container.encode(Int(minutes), forKey: .timeoutMinutes)
        } else {
            try container.encode(minutes, forKey: .timeoutMinutes)
        }
        try container.encode(elapsed.roundedMinutes, forKey: .elapsedMinutes)
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
