import Sweeping
import Testing

@Suite("Giving space back at the end of a run")
struct SpaceReturnTests {
    private let page: Int64 = 4096
    private let manyPages = 1024

    private func database(rows: Int = 1, pages: Int) -> FakeDatabase {
        FakeDatabase(
            jobs: (0..<rows).map { oldJob("o\($0)") },
            script: .init(unused: UnusedSpace(units: pages, unitBytes: page)))
    }

    private func steps(_ database: FakeDatabase) -> [Int] {
        database.log.compactMap { $0.hasPrefix("give back ") ? Int($0.dropFirst("give back ".count)) : nil }
    }

    @Test("everything that was unused at the start goes, in steps that the pace allows, and then the log is moved once")
    func steps() async throws {
        var sweep = Sweep(database(pages: 1000))
        sweep.policy.pacing.maxBatch = 300
        let report = try await sweep.run()
        #expect(report.status == .completed)
        #expect(report.errors == [])
        #expect(report.returnedSpace == ReturnedSpace(bytes: 1000 * page, leftBytes: 0, end: .done))
        let asked = steps(sweep.database)
        #expect(asked.reduce(0, +) == 1000)
        #expect(asked.allSatisfy { (1...300).contains($0) })
        #expect(asked.count > 3)
        #expect(sweep.database.log.suffix(2) == ["give back \(asked.last ?? 0)", "relieve log"])
        #expect(sweep.progress.lines.suffix(2) == ["97 Giving space back to the disk...", "100 Done"])
        #expect(sweep.database.script.unused.units == 0)
    }

    @Test("a step that holds the lock for too long makes the next ones smaller, and each is preceded by a pause")
    func pace() async throws {
        let database = database(pages: 500)
        database.script.cost = { .milliseconds($0) }
        let sweep = Sweep(database)
        let report = try await sweep.run([.oldJobs])
        let asked = steps(database)
        #expect(asked[0] == 1)
        #expect(asked.dropFirst().allSatisfy { $0 <= 20 })
        #expect(asked.reduce(0, +) == 500)
        #expect(sweep.clock.sleeps.count == asked.count)
        #expect(report.lockHeld.counts.reduce(0, +) == asked.count + 1)
    }

    @Test("a run that deleted nothing only bothers where there is much")
    func floor() async throws {
        for (pages, expected) in [(255, false), (256, true)] {
            let database = database(rows: 0, pages: pages)
            let report = try await Sweep(database).run()
            #expect((report.returnedSpace != nil) == expected)
            #expect(steps(database).isEmpty == !expected)
        }
    }

    @Test("after deletions even little goes; settled jobs and reset plans leave no space behind")
    func deletions() async throws {
        let few = database(pages: 3)
        #expect(try await Sweep(few).run().returnedSpace?.bytes == 3 * page)
        let other = FakeDatabase(
            jobs: [staleJob("s1")], plans: [.init(id: "p1", jobID: nil)],
            script: .init(unused: UnusedSpace(units: 3, unitBytes: page)))
        #expect(try await Sweep(other).run().returnedSpace == nil)
        #expect(steps(other) == [])
    }

    @Test("a dry run, and a database that gives nothing back in steps, are left alone")
    func nothing() async throws {
        let dry = database(pages: manyPages)
        #expect(try await Sweep(dry).run(dryRun: true).returnedSpace == nil)
        let never = database(pages: 0)
        let sweep = Sweep(never)
        #expect(try await sweep.run().returnedSpace == nil)
        #expect(steps(dry) + steps(never) == [])
        #expect(!sweep.progress.lines.contains("97 Giving space back to the disk..."))
    }

    @Test("cancelled between two steps, the run is cancelled and keeps what went")
    func cancelled() async throws {
        let sweep = Sweep(database(pages: 1000))
        let control = sweep.control
        sweep.database.script.beforeStep = { if $0 == 2 { control.cancel() } }
        let report = try await sweep.run()
        let gone = steps(sweep.database).reduce(0, +)
        #expect(steps(sweep.database).count == 2)
        #expect(report.status == .cancelled)
        #expect(report.errors == [])
        #expect(
            report.returnedSpace
                == ReturnedSpace(bytes: Int64(gone) * page, leftBytes: Int64(1000 - gone) * page, end: .cancelled))
        #expect(report.rowsChanged(by: .oldJobs) == 1)
    }

    @Test("reaching the time limit there is no error: every operation has been through")
    func timeLimit() async throws {
        let database = database(rows: 0, pages: manyPages)
        database.script.cost = { _ in .seconds(100) }
        let report = try await Sweep(database).run()
        #expect(report.status == .completed)
        #expect(report.errors == [])
        #expect(steps(database).count == 2)
        #expect(report.returnedSpace?.end == .timeLimit)
    }

    @Test("a database that is locked, or fails, ends it without an error of the run")
    func failing() async throws {
        let locked = database(pages: 1000)
        locked.script.beforeStep = { if $0 == 2 { throw StoreError(.busy, "locked") } }
        let report = try await Sweep(locked).run()
        #expect(report.status == .completed)
        #expect(report.errors == [])
        #expect(
            report.returnedSpace
                == ReturnedSpace(bytes: page, leftBytes: 999 * page, end: .failed("locked")))
        let unreadable = database(pages: 1000)
        unreadable.script.unusedError = StoreError(.inputOutput, "disk")
        let second = try await Sweep(unreadable).run()
        #expect(second.status == .completed)
        #expect(second.returnedSpace == ReturnedSpace(bytes: 0, leftBytes: 0, end: .failed("disk")))
    }

    @Test("a lock that is no longer waited for because the run was cancelled is no failure")
    func lockWait() async throws {
        let sweep = Sweep(database(pages: 1000))
        let control = sweep.control
        sweep.database.script.beforeStep = { _ in
            control.cancel()
            throw StoreError(.busy, "locked")
        }
        let report = try await sweep.run()
        #expect(report.status == .cancelled)
        #expect(report.returnedSpace?.end == .cancelled)
    }

    @Test("where an operation found the database unusable, nothing more is written into it")
    func unusable() async throws {
        let database = database(pages: manyPages)
        database.script.page = [.oldDownloads: [1: StoreError(.inputOutput, "the disk failed")]]
        let report = try await Sweep(database).run()
        #expect(report.status == .completedWithErrors)
        #expect(steps(database) == [])
    }

    @Test("pages that the application takes for new rows meanwhile end the work early")
    func taken() async throws {
        let database = database(pages: 1000)
        database.script.beforeStep = { if $0 == 2 { database.script.unused.units = 0 } }
        let report = try await Sweep(database).run()
        #expect(report.returnedSpace == ReturnedSpace(bytes: page, leftBytes: 0, end: .done))
        #expect(steps(database).count == 2)
    }
}
