import Sweeping
import TestTools
import Testing

@Suite("A run's pace")
struct PacingTests {
    private func batches(_ database: FakeDatabase) -> [Int] {
        database.log.compactMap { line in
            let words = line.split(separator: " ")
            return words.first == "change" || words.first == "try" ? Int(words[1]) : nil
        }
    }

    @Test("batches begin with one row and follow the time that they hold the lock, down and up again")
    func followsTheLock() async throws {
        let database = FakeDatabase(jobs: (0..<6000).map { oldJob("o\($0)") })
        // A tenth of a millisecond for a row; ten times that while the disk is busy, in the batches 11 to 13.
        database.script.beforeBatch = { number in
            let row = (11...13).contains(number) ? Duration.milliseconds(1) : .microseconds(100)
            database.script.cost = { row * $0 }
        }
        let report = try await Sweep(database).run([.oldJobs])
        #expect(report.rowsChanged(by: .oldJobs) == 6000)
        #expect(Array(batches(database).prefix(10)) == [1, 2, 4, 8, 16, 32, 64, 128, 150, 150])
        // The first of the slow ones ends in its middle, after fifteen rows.
        #expect(Array(batches(database).dropFirst(10).prefix(8)) == [150, 15, 15, 15, 30, 60, 120, 150])
        #expect(batches(database).max() == 150)
    }

    @Test("a large row is a batch of its own, wherever it stands, and what it cost is told")
    func largeRows() async throws {
        let database = FakeDatabase(
            jobs: (0..<40).map { oldJob("o\($0)") },
            script: .init(sizes: ["o20": 5_000_000]))
        // Small rows are cheap; the large one isn't.
        database.script.beforeBatch = { number in
            database.script.cost = { rows in number == 6 ? .milliseconds(95) : .microseconds(10) * rows }
        }
        let report = try await Sweep(database).run([.oldJobs])
        #expect(batches(database) == [1, 2, 4, 8, 5, 1, 16, 3])
        #expect(
            report.results[.oldJobs]?.dearRow
                == DearRow(held: .milliseconds(95), bytes: 5_000_000, causes: ["a fake"]))
    }

    @Test("a batch is made ready at a time, and not all rows that wait: the pause before it wouldn't do for them")
    func madeReady() async throws {
        let database = FakeDatabase(
            jobs: (0..<3000).map { oldJob("o\($0)") },
            script: .init(cost: { .microseconds(100) * $0 }, sizes: ["o0": 100]))
        _ = try await Sweep(database).run([.oldJobs])
        let prepared = database.state.withLock { $0.prepared }
        #expect(prepared.reduce(0, +) == 3000)
        #expect(Array(prepared.prefix(5)) == [1, 2, 4, 8, 16])
        #expect(prepared.max() == batches(database).max())
    }

    @Test("each operation begins with one row: what the last one's cost says nothing")
    func beginsAnew() async throws {
        let database = FakeDatabase(
            jobs: (0..<7).map { oldJob("o\($0)") }, downloads: (0..<7).map { oldDownload("d\($0)") })
        _ = try await Sweep(database).run([.oldJobs, .oldDownloads])
        #expect(batches(database) == [1, 2, 4, 1, 2, 4])
    }

    @Test("every batch but the first is preceded by a pause as long as the one before it held the lock, or longer")
    func pauses() async throws {
        let database = FakeDatabase(
            jobs: (0..<7).map { oldJob("o\($0)") }, script: .init(cost: { .milliseconds(20 + $0) }))
        let sweep = Sweep(database)
        let report = try await sweep.run([.oldJobs])
        #expect(batches(database) == Array(repeating: 1, count: 7))
        #expect(sweep.clock.sleeps == Array(repeating: .milliseconds(21), count: 7))
        #expect(report.waits.spans == [.application: .milliseconds(147)])
        let waited = Sweep(
            FakeDatabase(
                jobs: (0..<3).map { oldJob("o\($0)") },
                script: .init(cost: { _ in .milliseconds(20) }, rest: .milliseconds(101))))
        _ = try await waited.run([.oldJobs])
        #expect(waited.clock.sleeps == Array(repeating: .milliseconds(101), count: 3))
    }

    @Test("a row that holds the lock for seconds is followed by a pause as long, which ends when the run does")
    func longPause() async throws {
        let database = FakeDatabase(
            jobs: (0..<3).map { oldJob("o\($0)") }, script: .init(cost: { _ in .milliseconds(2500) }))
        let sweep = Sweep(database)
        let control = sweep.control
        database.script.beforeBatch = { if $0 == 3 { control.cancel() } }
        let report = try await sweep.run([.oldJobs])
        #expect(report.waits.spans == [.application: .seconds(5)])
        #expect(sweep.clock.sleeps.max() == .milliseconds(200))
    }

    @Test("a dry run that takes no lock needs no pauses; one that has to try makes room like a run")
    func dryRuns() async throws {
        let script = FakeDatabase.Script(cost: { _ in .milliseconds(15) })
        let light = Sweep(FakeDatabase(jobs: (0..<500).map { oldJob("o\($0)") }, script: script))
        _ = try await light.run(dryRun: true, [.oldJobs])
        #expect(light.clock.sleeps == [])
        #expect(batches(light.database) == [1, 2, 4, 8, 16, 32, 64, 128, 245])
        let trying = Sweep(FakeDatabase(jobs: (0..<5).map { oldJob("o\($0)") }, script: script))
        trying.database.script.rehearses = true
        _ = try await trying.run(dryRun: true, [.oldJobs])
        #expect(trying.clock.sleeps == Array(repeating: .milliseconds(15), count: 4))
    }

    @Test("a log above its limit is moved into the database before the next batch; readers in the way aren't fought")
    func log() async throws {
        let limit = Int64(PacingPolicy().walLimit)
        func relief(_ logBytes: Int64, _ relieved: [Int64]) async throws -> Int {
            let database = FakeDatabase(
                jobs: (0..<2).map { oldJob("o\($0)") },
                script: .init(cost: { _ in .milliseconds(15) }, logBytes: logBytes, relieved: relieved))
            // Nothing is put into the log after the first batch.
            database.script.beforeBatch = { if $0 == 2 { database.script.logBytes = 0 } }
            let report = try await Sweep(database).run([.oldJobs])
            #expect(report.rowsChanged(by: .oldJobs) == 2)
            #expect((report.waits.spans[.checkpoint] ?? .zero > .zero) == (relieved.first ?? 0 > limit / 2))
            return database.log.count { $0 == "relieve log" }
        }
        #expect(try await relief(limit, [0]) == 0)
        #expect(try await relief(limit + 1, [0]) == 1)
        #expect(try await relief(limit + 1, [limit, limit / 2]) == 2)
        #expect(try await relief(limit + 1, [limit]) == 5)
    }

    @Test("a batch's time with the lock is in the report's histogram")
    func histogram() async throws {
        let database = FakeDatabase(
            jobs: (0..<3).map { oldJob("o\($0)") }, script: .init(cost: { _ in .milliseconds(15) }))
        let report = try await Sweep(database).run([.oldJobs])
        var expected = HistogramTotals(bounds: RunTotals.lockBounds)
        for _ in 0..<3 { expected.observe(0.015) }
        #expect(report.lockHeld == expected)
    }

    @Test("a price of 100 ms that every batch pays neither starves the run nor those who wait for it")
    func fixedPrice() async throws {
        let fixed = Duration.milliseconds(100)
        let row = Duration.microseconds(100)
        let database = FakeDatabase(jobs: (0..<20_000).map { oldJob("o\($0)") })
        database.script.cost = { row * $0 }
        database.script.fixedHold = fixed
        let sweep = Sweep(database)
        let report = try await sweep.run([.oldJobs])
        #expect(report.rowsChanged(by: .oldJobs) == 20_000)
        // They double, but for the ends of pages, until a batch works as long as it pays.
        #expect(batches(database).max() == 1000)
        #expect(batches(database).count < 40)
        let paused = report.waits.spans[.application] ?? .zero
        #expect(paused == fixed * batches(database).count + row * 20_000)
    }

    @Test("ten thousand rows that must stay don't hide the one behind them")
    func starvation() async throws {
        var sweep = Sweep(
            FakeDatabase(
                jobs: (0..<10_000).map { oldJob("f\($0)", status: "failed") } + [oldJob("o1")]
                    + (0..<10_000).map { staleJobThatLives("a\($0)") } + [staleJob("s1")],
                downloads: (0..<10_000).map { .init(id: "u\($0)", timestamp: .unreadable, jobID: nil) } + [
                    oldDownload("d1")
                ],
                plans: (0..<10_000).map { .init(id: "w\($0)", jobID: "a1") } + [.init(id: "p1", jobID: nil)]))
        sweep.configure { $0[OldJobs.keepByStatus] = ["failed": .days(90)] }
        let report = try await sweep.run()
        #expect(
            report.results.mapValues(\.rowsChanged) == [.staleJobs: 1, .oldJobs: 1, .oldDownloads: 1, .stuckPlans: 1])
        #expect(report.results[.staleJobs]?.skipped == [.alive: 10_000])
        #expect(report.results[.oldDownloads]?.skipped == [.unreadable: 10_000])
    }

    private func staleJobThatLives(_ id: String) -> JobRecord {
        job(id, started: .ago(.hours(1)), updated: .ago(.minutes(1)))
    }

    @Test("pages are bounded, and no more rows wait than a page and a batch hold")
    func memory() async throws {
        let database = FakeDatabase(jobs: (0..<20_000).map { oldJob("o\($0)") })
        let report = try await Sweep(database).run([.oldJobs])
        #expect(report.rowsChanged(by: .oldJobs) == 20_000)
        #expect(database.largestPage == 1000)
        // Between two pages at most one batch that isn't full may be held back.
        var waiting = 0
        var most = 0
        for line in database.log {
            if line.hasPrefix("page") { waiting += 1000 }
            if line.hasPrefix("change") { waiting -= Int(line.split(separator: " ")[1]) ?? 0 }
            most = max(most, waiting)
        }
        #expect(waiting == 0)
        #expect(most <= 1000 + PacingPolicy().maxBatch)
        #expect(report.results[.oldJobs]?.samples.count == 5)
    }
}
