import Testing

@testable import Sweeping

@Suite("A run's progress through its rows")
struct ProgressTests {
    private func teller(due: RowCount, _ told: @escaping (RunProgress) -> Void = { _ in }) -> ProgressTeller {
        ProgressTeller(
            "old_jobs", OldJobs.rule().wording, due: due, begun: .seconds(100), onProgress: told)
    }

    private func rows(_ done: Int, _ due: Int, least: Bool = false, rest: Double? = nil) -> RowProgress {
        RowProgress(operation: "old_jobs", done: done, due: due, dueIsLeast: least, restSeconds: rest)
    }

    @Test("rows done of rows due, and the rest as long as the pace so far says")
    func rest() {
        let teller = teller(due: RowCount(1000))
        let early = teller.progress(done: 10, isEnd: false, at: .seconds(100.4))
        #expect(early == RunProgress(percent: 90, message: "Deleting old jobs...", rows: rows(10, 1000)))
        let later = teller.progress(done: 600, isEnd: false, at: .seconds(103))
        #expect(later == RunProgress(percent: 91, message: "Deleting old jobs...", rows: rows(600, 1000, rest: 2)))
        let end = teller.progress(done: 1000, isEnd: true, at: .seconds(105))
        #expect(end == RunProgress(percent: 92, message: "Deleting old jobs...", rows: rows(1000, 1000, rest: 0)))
    }

    @Test(
        "rows that came meanwhile count as due; what wasn't counted to its end is never nearly done, and its rest unknown"
    )
    func least() {
        #expect(teller(due: RowCount(5)).progress(done: 9, isEnd: false, at: .seconds(100)).rows == rows(9, 9))
        let teller = teller(due: RowCount(1000, isLeast: true))
        #expect(
            teller.progress(done: 100, isEnd: false, at: .seconds(200)).rows == rows(100, 1000, least: true))
        #expect(
            teller.progress(done: 4000, isEnd: false, at: .seconds(200)).rows == rows(4000, 5001, least: true))
        #expect(teller.progress(done: 4000, isEnd: true, at: .seconds(200)).rows == rows(4000, 4000, rest: 0))
    }

    @Test("it is told at each new percent, and otherwise five times a second")
    func often() {
        var told: [Int] = []
        var teller = teller(due: RowCount(1000)) { told.append($0.rows?.done ?? -1) }
        for step in 1...100 { teller.tell(done: step, at: .seconds(100) + .milliseconds(10 * step)) }
        #expect(told == [20, 40, 60, 80, 100])
        teller.tell(done: 500, at: .seconds(101.001))
        #expect(told.last == 500)
    }

    @Test("an operation's rows are in what a run tells; between operations there are none")
    func inARun() async throws {
        let database = FakeDatabase(
            jobs: (0..<4).map { oldJob("o\($0)") }, script: .init(cost: { _ in .milliseconds(300) }))
        let sweep = Sweep(database)
        _ = try await sweep.run([.oldJobs])
        let shares = sweep.progress.rows.compactMap { $0 }
        #expect(shares.map(\.done) == [1, 2, 3, 4])
        #expect(shares.allSatisfy { $0.operation == "old_jobs" && $0.due == 4 && !$0.dueIsLeast })
        #expect(sweep.progress.rows.last == .some(nil))
        let rests = shares.map(\.restSeconds)
        #expect(rests.first == .some(nil) && rests.last == 0)
    }

    @Test("a row that held the lock for far longer than meant is in the result, with what the database blames")
    func dearRow() async throws {
        let dear = Sweep(
            FakeDatabase(jobs: [oldJob("o1")], script: .init(cost: { _ in .milliseconds(90) })))
        #expect(
            try await dear.run([.oldJobs]).results[.oldJobs]?.dearRow
                == DearRow(held: .milliseconds(90), causes: ["a fake"]))
        let cheap = Sweep(
            FakeDatabase(jobs: [oldJob("o1")], script: .init(cost: { _ in .milliseconds(89) })))
        #expect(try await cheap.run([.oldJobs]).results[.oldJobs]?.dearRow == nil)
    }
}
