import Foundation
import Sweeping
import Testing

@Suite("Totals")
struct TotalsTests {
    private func report(
        trigger: Trigger = .schedule, dryRun: Bool = false, status: RunStatus = .completed, started: Timestamp = .noon,
        results: [OperationName: OperationResult] = [:], runErrors: Int = 0
    ) -> RunReport {
        var report = RunReport(
            request: RunRequest(
                runID: "r", trigger: trigger, dryRun: dryRun, operations: SweepPolicy().operationNames),
            status: status, startedAt: started, finishedAt: started + .seconds(2), duration: .seconds(2),
            catalogue: SweepPolicy().catalogue)
        report.results = results
        report.runErrorCount = runErrors
        report.lockHeld.observe(0.02)
        report.waits.spans = [.application: .milliseconds(1500), .checkpoint: .microseconds(7)]
        return report
    }

    private func result(_ change: (inout OperationResult) -> Void) -> OperationResult {
        var result = OperationResult()
        change(&result)
        return result
    }

    @Test("a run's numbers are added up under the metrics' labels")
    func adding() {
        let results: [OperationName: OperationResult] = [
            .staleJobs: result {
                $0.rowsChanged = 3
                $0.counts.add(2, to: "jobsweep_stale_jobs_total", ["sync", "failed"])
                $0.counts.add(1, to: "jobsweep_stale_jobs_total", ["other", "completed"])
                $0.skipped = [.alive: 4]
                $0.errorCount = 1
                $0.backlog = 1
                $0.duration = .milliseconds(250)
            },
            .oldJobs: result {
                $0.rowsChanged = 5
                $0.counts.add(5, to: "jobsweep_jobs_deleted_total", ["sync"])
                $0.backlog = 0
            },
            .oldDownloads: result {
                $0.rowsChanged = 7
                $0.counts.add(7, to: "jobsweep_downloads_deleted_total")
            },
            .stuckPlans: result {
                $0.rowsChanged = 9
                $0.counts.add(9, to: "jobsweep_plans_reset_total")
            },
        ]
        var totals = RunTotals()
        totals.add(report(status: .completedWithErrors, results: results, runErrors: 1))
        totals.add(report(trigger: .api, started: .noon + .hours(1), results: results))
        #expect(
            totals.counts["jobsweep_stale_jobs_total"] == [["sync", "failed"]: 4, ["other", "completed"]: 2])
        #expect(totals.counts["jobsweep_jobs_deleted_total"] == [["sync"]: 10])
        #expect(totals.counts.count("jobsweep_downloads_deleted_total") == 14)
        #expect(totals.counts.count("jobsweep_plans_reset_total") == 18)
        #expect(totals.counts[MetricName.rowsSkipped] == [["stale_jobs", "alive"]: 8])
        #expect(
            totals.counts[MetricName.runs] == [
                ["schedule", "completed_with_errors"]: 1, ["api", "completed"]: 1,
            ])
        #expect(totals.counts[MetricName.errors] == [["stale_jobs"]: 2, ["run"]: 1])
        #expect(totals.runDuration.counts == [0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0])
        #expect(totals.lockHeld.counts == [0, 0, 0, 2, 0, 0, 0, 0, 0, 0])
        #expect(totals.counts[MetricName.pauses] == [["application"]: 3_000_000, ["checkpoint"]: 14])
        var last = RunTotals().lastRun
        last.start = 1_767_358_800
        last.completion = 1_767_358_802
        last.success = 1_767_358_802
        last.rows = ["stale_jobs": 3, "old_jobs": 5, "old_downloads": 7, "stuck_plans": 9]
        last.backlog = ["stale_jobs": 1, "old_jobs": 0]
        last.durations = ["stale_jobs": 0.25, "old_jobs": 0, "old_downloads": 0, "stuck_plans": 0]
        #expect(totals.lastRun == last)
    }

    @Test("a dry run counts for nothing")
    func dryRun() {
        var totals = RunTotals()
        totals.add(report(dryRun: true, results: [.oldJobs: result { $0.rowsChanged = 5 }]))
        #expect(totals == RunTotals())
    }

    @Test("only a run without errors is a success, and what a run didn't count isn't known")
    func lastRun() {
        var totals = RunTotals()
        totals.add(report(results: [.oldJobs: result { $0.backlog = 12 }, .staleJobs: OperationResult()]))
        #expect(totals.lastRun.backlog == ["old_jobs": 12])
        totals.add(report(status: .failed, started: .noon + .hours(1)))
        #expect(totals.lastRun.backlog == [:])
        totals.add(
            report(
                status: .cancelled, started: .noon + .hours(2), results: [.oldDownloads: result { $0.backlog = 3 }]))
        #expect(totals.lastRun.backlog == ["old_downloads": 3])
        #expect(totals.lastRun.success == 1_767_355_202)
        #expect(totals.lastRun.start == 1_767_362_400)
    }

    @Test("runs that didn't start, and runs whose process ended, have counts of their own")
    func others() {
        var totals = RunTotals()
        totals.addSkippedRun(.misfire, count: 3)
        totals.addSkippedRun(.overlap)
        totals.addLostRun(trigger: "api", counts: LabelledCounts())
        #expect(totals.counts[MetricName.runsSkipped] == [["misfire"]: 3, ["overlap"]: 1])
        #expect(totals.counts[MetricName.runs] == [["api", "failed"]: 1])
        #expect(totals.counts[MetricName.errors] == [["run"]: 1])
    }

    @Test("an observation lies in the first bucket whose bound it doesn't exceed")
    func histogram() {
        var totals = HistogramTotals(bounds: [1, 2])
        for value in [0, 1, 1.5, 2, 2.1, 900] { totals.observe(value) }
        #expect(totals.counts == [2, 2, 2])
        #expect(totals.sum == 906.6)
        var sum = HistogramTotals(bounds: [1, 2])
        sum.add(totals)
        sum.add(totals)
        #expect(sum.counts == [4, 4, 4])
        #expect(sum.sum == 1813.2)
    }

    @Test("observations that were sorted by other bounds count for the next larger of these, and nothing overflows")
    func otherBounds() {
        var other = HistogramTotals(bounds: [0.5, 1.5, 7])
        for value in [0.2, 1.1, 3, 8] { other.observe(value) }
        var totals = HistogramTotals(bounds: [1, 2])
        totals.add(other)
        #expect(totals.counts == [1, 1, 2])
        totals.add(.max, upTo: 1)
        totals.add(.max, upTo: 1)
        totals.add(sum: .infinity)
        #expect(totals.counts == [.max, 1, 2])
        #expect(totals.sum == other.sum)
    }
}
