import Sweeping
import Testing

@Suite("A run's pace")
struct PacingTests {
    private func batches(_ database: FakeDatabase) -> [Int] {
        database.log.compactMap { line in
            let words = line.split(separator: " ")
            return words.first == "change" || words.first == "try" ? Int(words[1]) : nil
        }
    }

    @Test("batches follow the time that they hold the lock, down and up again")
    func followsTheLock() async throws {
        let database = FakeDatabase(jobs: (0..<6000).map { oldJob("o\($0)") })
        // A tenth of a millisecond for a row; ten times that while the disk is busy, in the batches 4 to 6.
        database.script.beforeBatch = { number in
            let row = (4...6).contains(number) ? Duration.milliseconds(1) : .microseconds(100)
            database.script.cost = { (row * $0, .zero) }
        }
        let report = try await Sweep(database).run([.oldJobs])
        #expect(report.rowsChanged(by: .oldJobs) == 6000)
        #expect(
            Array(batches(database).prefix(9)) == [100, 150, 150, 150, 15, 15, 15, 30, 60])
        #expect(batches(database).max() == 150)
    }

    @Test("every batch but the first is preceded by a pause")
    func pauses() async throws {
        let database = FakeDatabase(
            jobs: (0..<500).map { oldJob("o\($0)") },
            script: .init(cost: { _ in (.milliseconds(15), .milliseconds(100)) }))
        let sweep = Sweep(database)
        _ = try await sweep.run([.oldJobs])
        #expect(batches(database) == [100, 100, 100, 100, 100])
        #expect(sweep.clock.sleeps == Array(repeating: .milliseconds(50), count: 4))
    }

    @Test("a dry run that takes no lock needs no pauses; one that has to try makes room like a run")
    func dryRuns() async throws {
        let script = FakeDatabase.Script(cost: { _ in (.milliseconds(15), .zero) })
        let light = Sweep(FakeDatabase(jobs: (0..<500).map { oldJob("o\($0)") }, script: script))
        _ = try await light.run(dryRun: true, [.oldJobs])
        #expect(light.clock.sleeps == [])
        let trying = Sweep(FakeDatabase(jobs: (0..<500).map { oldJob("o\($0)") }, script: script))
        trying.database.script.rehearses = true
        _ = try await trying.run(dryRun: true, [.oldJobs])
        #expect(trying.clock.sleeps == Array(repeating: .milliseconds(5), count: 4))
    }

    @Test("a log above its limit is moved into the database before the next batch; readers in the way aren't fought")
    func log() async throws {
        func relief(_ logBytes: Int64, _ relieved: [Int64]) async throws -> Int {
            let database = FakeDatabase(
                jobs: (0..<200).map { oldJob("o\($0)") },
                script: .init(cost: { _ in (.milliseconds(15), .zero) }, logBytes: logBytes, relieved: relieved))
            let report = try await Sweep(database).run([.oldJobs])
            #expect(report.rowsChanged(by: .oldJobs) == 200)
            return database.log.count { $0 == "relieve log" }
        }
        let limit = Int64(PacingPolicy().walLimit)
        #expect(try await relief(limit, [0]) == 0)
        #expect(try await relief(limit + 1, [0]) == 1)
        #expect(try await relief(limit + 1, [limit, limit / 2]) == 2)
        #expect(try await relief(limit + 1, [limit]) == 5)
    }

    @Test("where others write, a pause lasts until they have, within limits")
    func others() async throws {
        let database = FakeDatabase(
            jobs: (0..<500).map { oldJob("o\($0)") }, script: .init(cost: { _ in (.milliseconds(15), .zero) }))
        database.script.othersWrite = { [1, 5].contains($0) }
        let sweep = Sweep(database)
        _ = try await sweep.run([.oldJobs])
        #expect(batches(database) == [100, 100, 100, 100, 100])
        let inVain = [Duration.milliseconds(5)] + Array(repeating: .milliseconds(1), count: 15)
        let awaited = [5, 5, 1, 1, 1].map(Duration.milliseconds)
        #expect(sweep.clock.sleeps == awaited + inVain + inVain)
    }

    @Test("a run that is cancelled waits for nobody's write")
    func othersAndCancelling() async throws {
        let database = FakeDatabase(
            jobs: (0..<500).map { oldJob("o\($0)") }, script: .init(cost: { _ in (.milliseconds(15), .zero) }))
        let sweep = Sweep(database)
        let control = sweep.control
        database.script.othersWrite = { number in
            if number == 4 { control.cancel() }
            return number == 1
        }
        _ = try await sweep.run([.oldJobs])
        #expect(sweep.clock.sleeps == [5, 5, 1, 1].map(Duration.milliseconds))
        #expect(batches(database) == [100, 100, 100])
    }

    @Test("a batch's time with the lock is in the report's histogram")
    func histogram() async throws {
        let database = FakeDatabase(
            jobs: (0..<300).map { oldJob("o\($0)") }, script: .init(cost: { _ in (.milliseconds(15), .zero) }))
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
        database.script.cost = { (fixed + row * $0, .zero) }
        database.script.fixedHold = fixed
        let sweep = Sweep(database)
        let report = try await sweep.run([.oldJobs])
        #expect(report.rowsChanged(by: .oldJobs) == 20_000)
        // They double, but for the end of the first page, until a batch works as long as it pays.
        #expect(batches(database) == [100, 200, 400, 300, 800] + Array(repeating: 1000, count: 18) + [200])
        #expect(sweep.clock.sleeps == batches(database).dropLast().map { fixed + row * $0 })
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
        sweep.policy.oldJobs.keepByStatus = [.failed: .days(90)]
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
