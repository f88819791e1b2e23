import Foundation
import Sweeping
import Testing

@Suite("Figures of runs")
struct RunFiguresTests {
    @Test("they are the report's, for the operations that were asked for")
    func report() {
        let request = RunRequest(runID: "r", trigger: .cli, dryRun: false, operations: [.oldJobs, .stuckPlans])
        var report = RunReport(
            request: request, status: .completedWithErrors, startedAt: .noon, finishedAt: .noon, duration: .zero,
            catalogue: SweepPolicy().catalogue)
        var result = OperationResult()
        result.rowsChanged = 3
        result.errorCount = 2
        report.results = [.oldJobs: result]
        report.runErrorCount = 1
        #expect(RunFigures(report) == RunFigures(rows: ["old_jobs": 3, "stuck_plans": 0], errorCount: 3))
    }

    @Test(
        "what another version left out, or wrote otherwise, is none",
        arguments: ["{}", #"{"rows": 1, "errors": {}, "more": 2}"#])
    func tolerant(_ text: String) throws {
        let figures = try JSONDecoder().decode(RunFigures.self, from: Data(text.utf8))
        #expect(figures == RunFigures(rows: [:], errorCount: 0))
    }
}
