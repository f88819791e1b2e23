import Sweeping

/// The figures of a run's report that the page shows, read back from the history's JSON.
struct RunFigures {
    /// Rows by operation.
    let rows: [Operation: Int]
    /// Seconds.
    let duration: Double
    let errors: [String]

    /// Nil for a run that has no report.
    init?(_ record: RunRecord) {
        guard case .object(let report) = RunJSON.result(record) else { return nil }
        func count(_ name: String) -> Int {
            if case .int(let number) = report[name] { number } else { 0 }
        }
        rows = [
            .staleJobs: count("cleaned_jobs"), .oldJobs: count("old_jobs_deleted"),
            .oldDownloads: count("old_downloads_deleted"), .stuckPlans: count("stuck_plans_updated"),
        ]
        duration = record.duration?.inSeconds ?? 0
        guard case .array(let entries) = report["errors"] else {
            errors = []
            return
        }
        errors = entries.compactMap { entry in
            guard case .object(let fields) = entry, case .string(let message) = fields["error"],
                case .string(let operation) = fields["operation"]
            else { return nil }
            if case .string(let job) = fields["job_id"] { return "\(operation), job \(job): \(message)" }
            return "\(operation): \(message)"
        }
    }
}
