import HTTPServer
import Sweeping
import Testing

@testable import Sidecar

@Suite("What pages say")
struct PageTextTests {
    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")])
    func numbers(_ number: Int, _ text: String) {
        #expect(Words.number(number) == text)
    }

    @Test(
        arguments: [
            (0, "0 seconds"), (1, "1 second"), (61, "1 minute 1 second"), (7200, "2 hours"),
            (189_006, "2 days 4 hours"),
        ])
    func spans(_ seconds: Int, _ text: String) {
        #expect(Words.span(.seconds(seconds)) == text)
    }

    @Test("what is to become of rows is a sentence, owned by the operation")
    func announcements() {
        let now = Timestamp(unixSeconds: 1_767_322_000)  // 2 January 2026, 02:46:40
        let catalogue = SweepPolicy().catalogue
        #expect(
            catalogue.map { Words.announce(3603, $0, at: now) } == [
                "3,603 jobs that died while they were running or pending become failed, or completed where they had reached"
                    + " 100 %",
                "3,603 jobs finished before 3 December 2025 go",
                "3,603 download records handled before 19 December 2025 go",
                "3,603 plans waiting for a job that is gone or over go back to DRAFT",
            ])
        #expect(Words.announce(1, catalogue[1], at: now) == "1 job finished before 3 December 2025 goes")
        let rule = Rule("logs", table: "logs", time: .column("at"), keep: .hours(2))
        let facts = OperationFacts(rule.operation(span: 10...99))
        #expect(Words.announce(2, facts, at: now) == "2 rows of logs with at before 2 January 2026, 00:46 UTC go")
        var kept = OldJobs.rule()
        kept.retention = Retention(.days(30), [.init(column: "type", isFolded: true, keep: ["export": .days(7)])])
        #expect(
            Words.announce(2, OperationFacts(kept), at: now) == "2 jobs finished longer ago than they are kept go")
    }

    @Test("what goes, what is kept and for how long are sentences, in words")
    func summaries() {
        #expect(
            SweepPolicy().catalogue.map(\.summary) == [
                "Jobs that have been running or pending for longer than 5 minutes to 1 hour, depending on their type, become"
                    + " failed, or completed where they had reached 100 %. One whose row was touched in the last 10 minutes stays.",
                "Finished jobs are kept for 30 days after completed_at, then deleted.",
                "Records of downloads are kept for 14 days after timestamp, then deleted.",
                "PENDING plans whose job is gone or over go back to DRAFT. One that was made or touched in the last 10 minutes stays.",
            ])
        var kept = OldJobs.rule()
        kept.retention = Retention(.days(30), [.init(column: "status", isFolded: true, keep: ["failed": .minutes(90)])])
        #expect(OperationFacts(kept).summary.hasSuffix(" then deleted. By status: failed for 1 hour 30 minutes."))
        #expect(Duration.milliseconds(1500).spelledOut == "1s500ms")
    }

    @Test("instants in a text are times, which the reader's browser shows in its own zone")
    func instants() {
        #expect(
            timed("<a> since 2026-01-02T03:04:05.678Z")
                == #"&lt;a&gt; since <time datetime="2026-01-02T03:04:05.678Z" title="2026-01-02 03:04:05 UTC">"#
                + "2026-01-02 03:04:05 UTC</time>")
        #expect(timed("2026-13-02T03:04:05.678Z") == "2026-13-02T03:04:05.678Z")
    }

    @Test("a run begins with words of its own first operation")
    func finding() {
        let rule = Rule("logs", table: "logs", time: .column("at"), keep: .hours(2))
        #expect(SweepPolicy().operations.first?.wording.finding == "Finding stale jobs...")
        #expect(SweepPolicy(hasJobs: false, rules: [rule]).operations.first?.wording.finding == "Looking for rows...")
    }

    @Test("errors that say the same are one line")
    func groups() {
        let refused = "FOREIGN KEY constraint failed"
        var entries = (1...29).map { ReportReading.Entry(operation: "old_jobs", jobID: "j\($0)", message: refused) }
        entries.insert(.init(operation: "run", jobID: nil, message: "the time limit was reached"), at: 3)
        entries += (1...2).map { .init(operation: "logs", jobID: nil, message: "row \($0): \(refused)") }
        #expect(
            ErrorGroup.groups(entries) == [
                ErrorGroup(
                    operation: "old_jobs", message: refused, count: 29, examples: ["j1", "j2", "j3", "j4", "j5"]),
                ErrorGroup(operation: "run", message: "the time limit was reached", count: 1, examples: []),
                ErrorGroup(operation: "logs", message: refused, count: 2, examples: ["1", "2"]),
            ])
    }

    @Test(
        "marks become code, and nothing becomes markup",
        arguments: [
            ("`check` says", "<code>check</code> says"), ("<b> & `<i>`", "&lt;b&gt; &amp; <code>&lt;i&gt;</code>"),
            ("one ` alone", "one ` alone"),
        ])
    func marks(_ text: String, _ html: String) {
        #expect(marked(text) == html)
    }

    @Test(
        "the history's address is read strictly",
        arguments: [
            "status=nonsense", "trigger=nonsense", "kind=nonsense", "day=2026-02-30", "day=yesterday", "page=0",
            "page=x",
        ])
    func wrongQueries(_ query: String) {
        #expect(throws: RequestProblem.self) { try HistoryQuery(HTTPRequest(.get, "/runs?\(query)")) }
    }

    @Test("what a form left open asks for anything, and links keep the rest")
    func queries() throws {
        let open = try HistoryQuery(HTTPRequest(.get, "/runs?status=&kind=&trigger=&day="))
        #expect(open == HistoryQuery())
        let query = try HistoryQuery(HTTPRequest(.get, "/runs?status=failed&kind=runs&day=2026-01-02&page=3"))
        #expect(query.link(page: 4) == "?status=failed&amp;kind=runs&amp;day=2026-01-02&amp;page=4")
        #expect(query.filter.phase == .over(.failed) && query.filter.kind == .runs)
    }

    @Test("a form is read strictly")
    func forms() throws {
        let form = try FormBody(
            Array("operation=a&operation=b&then=ask".utf8), single: ["then"], repeated: ["operation"])
        #expect(form.all("operation") == ["a", "b"] && form["then"] == "ask")
        #expect(try FormBody([], single: []) == FormBody(Array("".utf8), single: ["then"]))
        for wrong in ["then=a&then=b", "more=1", String(repeating: "operation=a&", count: 1001)] {
            #expect(throws: RequestProblem.self) {
                try FormBody(Array(wrong.utf8), single: ["then"], repeated: ["operation"])
            }
        }
    }
}
