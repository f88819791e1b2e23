import Sweeping
import Testing

@Suite("Long lists in a report")
struct ListLimitTests {
    @Test("details and errors are cut at a thousand, the counts are whole, and `truncated` says what was cut")
    func cut() async throws {
        let jobs = (0..<3000).map { staleJob("s\($0)") }
        let refused = Dictionary(uniqueKeysWithValues: (0..<1300).map { ("s\($0)", "no") })
        let sweep = Sweep(FakeDatabase(jobs: jobs, script: .init(refused: refused)))
        let report = try await sweep.run([.staleJobs])
        #expect(report.results[.staleJobs]?.details.count == 1000)
        #expect(report.results[.staleJobs]?.details.first?.fields["job_id"] == .text("s1300"))
        #expect(report.errors.count == 1000)
        #expect(report.errors.last?.jobID == "s999")
        #expect(report.rowsChanged(by: .staleJobs) == 1700)
        #expect(report.errorCount == 1300)
        let text = try json(report)
        #expect(text.contains(#""cleaned_jobs" : 1700"#))
        #expect(
            text.contains(
                """
                  "truncated" : {
                    "cleaned_job_details" : 700,
                    "errors" : 300
                  }
                """))
    }

    @Test("a thousand of each are listed whole, and nothing is said to be cut")
    func whole() async throws {
        let jobs = (0..<2000).map { staleJob("s\($0)") }
        let refused = Dictionary(uniqueKeysWithValues: (0..<1000).map { ("s\($0)", "no") })
        let sweep = Sweep(FakeDatabase(jobs: jobs, script: .init(refused: refused)))
        let report = try await sweep.run([.staleJobs])
        #expect(report.results[.staleJobs]?.details.count == 1000)
        #expect(report.errors.count == 1000)
        #expect(try !json(report).contains("truncated"))
    }
}
