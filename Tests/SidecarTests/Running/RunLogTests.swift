import Sweeping
import Testing

@testable import Sidecar

@Suite("What the log says of runs")
struct RunLogTests {
    private let lines = KeptLines()
    private let log: RunLog

    init() {
        log = RunLog(lines.logger)
    }

    private func finish(unreadable: [String], rows: Int? = nil, _ status: RunStatus = .completed) {
        var result = OperationResult()
        result.examples = unreadable.isEmpty ? [:] : [.unreadable: unreadable]
        result.skipped[.unreadable] = rows ?? unreadable.count
        let request = RunRequest(runID: "r", trigger: .schedule, dryRun: false, operations: [.oldJobs])
        let moment = Timestamp(microseconds: 0)
        var report = RunReport(
            request: request, status: status, startedAt: moment, finishedAt: moment, duration: .seconds(1),
            catalogue: SweepPolicy().catalogue)
        report.results = [.oldJobs: result]
        log.finished(report)
    }

    @Test("what can't be read is said when it changes, and only then")
    func unreadable() {
        let warning = "warning rows were left alone because their timestamps can't be read"
        for _ in 1...100 { finish(unreadable: ["a"]) }
        #expect(lines.at(.warning) == ["\(warning) examples=a operation=old_jobs rows=1"])
        finish(unreadable: ["a", "b"])
        finish(unreadable: ["a", "b"], rows: 3)
        finish(unreadable: [])
        finish(unreadable: ["a"])
        #expect(
            lines.at(.warning).dropFirst() == [
                "\(warning) examples=a,b operation=old_jobs rows=2",
                "\(warning) examples=a,b operation=old_jobs rows=3",
                "\(warning) examples=a operation=old_jobs rows=1",
            ])
        #expect(lines.at(.info).count == 104)
    }

    @Test("a run that was ended early knows less, and changes nothing")
    func cancelled() {
        finish(unreadable: ["a", "b"])
        finish(unreadable: ["a"], .cancelled)
        finish(unreadable: ["a", "b"])
        #expect(lines.at(.warning).count == 1)
    }
}
