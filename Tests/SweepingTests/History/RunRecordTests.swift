import Sweeping
import Testing

@Suite("Run records")
struct RunRecordTests {
    @Test("a phase has a name that leads back to it", arguments: RunRecord.Phase.names)
    func phases(_ name: String) {
        #expect(RunRecord.Phase(name: name)?.name == name)
    }

    @Test("the names are those of the API; another is none")
    func names() {
        #expect(
            RunRecord.Phase.names == [
                "pending", "running", "completed", "completed_with_errors", "failed", "cancelled",
            ])
        #expect(RunRecord.Phase(name: "done") == nil)
    }

    @Test(
        "a finished record has the report's end; progress is whole only where the run is",
        arguments: [
            (RunStatus.completed, RunProgress(percent: 100, message: "Done")),
            (.completedWithErrors, RunProgress(percent: 100, message: "Done")),
            (.failed, RunProgress(percent: 90, message: "Failed")),
            (.cancelled, RunProgress(percent: 90, message: "Cancelled")),
        ])
    func finishing(_ status: RunStatus, _ progress: RunProgress) {
        let request = RunRequest(runID: "r", trigger: .api, dryRun: false, operations: [.oldJobs])
        var record = RunRecord(request: request, startedAt: .noon)
        #expect(record.phase == .pending)
        #expect(record.progress == RunProgress(percent: 0, message: "Waiting to start"))
        record.progress = RunProgress(percent: 90, message: "Deleting old jobs...")
        var report = RunReport(
            request: request, status: status, startedAt: .noon, finishedAt: .noon + .seconds(1), duration: .seconds(1),
            catalogue: [])
        report.errors = [RunError(operation: .oldJobs, message: "first"), RunError(operation: nil, message: "second")]
        record.finish(report, json: "{}")
        #expect(record.phase == .over(status))
        #expect(record.finishedAt == .noon + .seconds(1))
        #expect(record.duration == .seconds(1))
        #expect(record.report == "{}")
        #expect(record.error == "first")
        #expect(record.progress == progress)
    }
}
