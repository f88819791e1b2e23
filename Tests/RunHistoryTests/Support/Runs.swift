import RunHistory
import Sweeping

/// A record of a run that goes on.
func record(
    _ id: String, trigger: Trigger = .schedule, dryRun: Bool = false, started: Timestamp = StatePlace.noon
) -> RunRecord {
    var record = RunRecord(
        request: RunRequest(runID: id, trigger: trigger, dryRun: dryRun, operations: SweepPolicy().operationNames),
        startedAt: started)
    record.phase = .running
    return record
}

/// The report of a run that deleted old download records.
func report(_ record: RunRecord, deleted: Int = 5, status: RunStatus = .completed) -> RunReport {
    var report = RunReport(
        request: record.request, status: status, startedAt: record.startedAt,
        finishedAt: record.startedAt + .seconds(2), duration: .seconds(2), catalogue: SweepPolicy().catalogue)
    var result = OperationResult()
    result.rowsChanged = deleted
    result.counts.add(deleted, to: "jobsweep_downloads_deleted_total")
    result.backlog = 0
    report.results = [.oldDownloads: result]
    report.lockHeld.observe(0.02)
    return report
}

extension StateDatabase {
    /// A run from its begin to its end.
    func run(_ id: String, deleted: Int = 5, dryRun: Bool = false, started: Timestamp = StatePlace.noon) async
        -> RunRecord
    {
        var record = record(id, dryRun: dryRun, started: started)
        begin(record)
        let report = report(record, deleted: deleted)
        record.finish(report, json: #"{"status": "completed"}"#)
        finish(record, report: report)
        return record
    }

    var downloadsDeleted: Int { totals().counts.count("jobsweep_downloads_deleted_total") }
}
