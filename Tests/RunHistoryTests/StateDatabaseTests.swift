import Foundation
import Sweeping
import Testing

@testable import RunHistory

@Suite("The state database")
struct StateDatabaseTests {
    @Test("runs and totals come back after a restart as they were")
    func restart() async throws {
        let place = try StatePlace()
        let state = try place.open()
        let first = await state.run("run-1")
        let second = await state.run("run-2", dryRun: true)
        await state.noteSkipped(.misfire, count: 3)
        var expected = RunTotals()
        expected.add(report(first))
        expected.addSkippedRun(.misfire, count: 3)
        #expect(await state.totals() == expected)

        let again = try place.open()
        #expect(await again.totals() == expected)
        #expect(await again.runs(phase: nil, limit: 10, offset: 0) == RunPage(runs: [second, first], total: 2))
        #expect(await again.run(id: "run-1") == first)
        #expect(await again.run(id: "none") == nil)
        #expect(place.told == [])
    }

    @Test("runs are listed newest first, page by page and by phase, each database's own")
    func pages() async throws {
        let place = try StatePlace()
        let state = try place.open()
        for index in 0..<7 { _ = await state.run("run-\(index)") }
        await state.begin(record("going"))
        let other = try place.open("/data/other.db")
        _ = await other.run("theirs")
        func ids(_ phase: RunRecord.Phase?, _ limit: Int, _ offset: Int) async -> [String] {
            let page = await state.runs(phase: phase, limit: limit, offset: offset)
            return page.runs.map(\.request.runID) + ["of \(page.total)"]
        }
        #expect(await ids(nil, 3, 0) == ["going", "run-6", "run-5", "of 8"])
        #expect(await ids(nil, 3, 6) == ["run-1", "run-0", "of 8"])
        #expect(await ids(nil, 3, 99) == ["of 8"])
        #expect(await ids(.running, 9, 0) == ["going", "of 1"])
        #expect(await ids(.over(.completed), 2, 0) == ["run-6", "run-5", "of 7"])
        #expect(await ids(.over(.failed), 2, 0) == ["of 0"])
        #expect(await other.downloadsDeleted == 5)
        #expect(await state.downloadsDeleted == 35)
    }

    @Test("a run whose process ended is closed when the next begins, and counts as failed")
    func lost() async throws {
        let place = try StatePlace()
        let state = try place.open()
        await state.begin(record("lost", trigger: .api))
        await state.begin(record("lost dry", dryRun: true))
        let later = StatePlace.noon + .hours(1)
        place.now.withLock { $0 = later }
        let next = try place.open()
        await next.begin(record("next"))
        let found = try #require(await next.run(id: "lost"))
        #expect(found.phase == .over(.failed))
        #expect(found.error == "the process ended before the run did; the batches that it finished are kept")
        let totals = await next.totals()
        #expect(totals.counts[MetricName.runs] == [["api", "failed"]: 1])
        #expect(totals.counts[MetricName.errors] == [["run"]: 1])
        #expect(await next.run(id: "next")?.phase == .running)
    }

    @Test("what a run had done when its process ended is in its record and in the totals, once")
    func lostAfterBatches() async throws {
        let place = try StatePlace()
        let state = try place.open()
        let lost = record("lost", trigger: .api)
        await state.begin(lost)
        for deleted in [3, 7] { await state.note(report(lost, deleted: deleted)) }
        #expect(await state.run(id: "lost")?.figures == nil)
        #expect(await state.downloadsDeleted == 0)
        let next = try place.open()
        _ = await next.run("next")
        let expected = report(lost, deleted: 7).counts + report(lost, deleted: 5).counts
        let totals = await next.totals()
        for metric in expected.metrics { #expect(totals.counts[metric] == expected[metric]) }
        #expect(totals.counts[MetricName.rowsDeleted] == [["old_downloads"]: 12])
        let found = try #require(await next.run(id: "lost"))
        #expect(found.phase == .over(.failed))
        #expect(found.figures?.rows["old_downloads"] == 7)
        #expect(!found.isKnownToHaveDoneNothing)
        _ = await next.run("third")
        #expect(await next.downloadsDeleted == 17)
        // What comes late, from a process that lives on, is counted already.
        await state.note(report(lost, deleted: 9))
        #expect(await next.run(id: "lost")?.figures?.rows["old_downloads"] == 7)
        #expect(place.told == [])
    }

    @Test("what is older than 400 days goes; the totals stay")
    func pruning() async throws {
        let place = try StatePlace()
        let state = try place.open()
        _ = await state.run("old")
        place.now.withLock { $0 = StatePlace.noon + .days(400) }
        _ = await state.run("at the limit")
        #expect(await state.run(id: "old") != nil)
        place.now.withLock { $0 = StatePlace.noon + .days(400) + .microseconds(1) }
        var young = record("young", started: StatePlace.noon + .days(400))
        await state.begin(young)
        young.finish(report(young), json: "{}")
        await state.finish(young, report: report(young))
        #expect(await state.runs(phase: nil, limit: 9, offset: 0).runs.map(\.request.runID) == ["young"])
        #expect(await state.downloadsDeleted == 15)
    }

    @Test("a run that failed under a clock that leapt ahead takes no history with it, and isn't the schedule's last")
    func leap() async throws {
        let place = try StatePlace()
        let state = try place.open()
        _ = await state.run("true")
        let ahead = StatePlace.noon + .days(800)
        place.now.withLock { $0 = ahead }
        var refused = record("refused", started: ahead)
        let report = report(refused, deleted: 0, status: .failed)
        refused.finish(report, json: "{}")
        await state.finish(refused, report: report)
        #expect(await state.runs(phase: nil, limit: 9, offset: 0).runs.map(\.request.runID) == ["refused", "true"])
        place.now.withLock { $0 = StatePlace.noon + .hours(1) }
        #expect(await state.lastScheduledStart() == StatePlace.noon)
    }

    @Test("a file that is removed while the sidecar runs is made anew, with the totals that it remembers")
    func removed() async throws {
        let place = try StatePlace()
        let state = try place.open()
        _ = await state.run("run-1")
        for name in place.files { try FileManager.default.removeItem(atPath: place.directory + "/" + name) }
        _ = await state.run("run-2")
        #expect(await state.downloadsDeleted == 10)
        #expect(
            place.told == [
                "the state database \(place.file) was removed or replaced: going on with the file that is there now"
            ])
        #expect(try await place.open().downloadsDeleted == 10)
    }

    @Test(
        "while the file can't be written the totals live on in memory; afterwards they are made up for, and never go back"
    )
    func outage() async throws {
        let place = try StatePlace()
        let state = try place.open()
        _ = await state.run("run-1")
        let row = HeldBack.Row(table: TableReference("logs"), identity: [.integer(1)])
        #expect(await state.holdBack([row], until: StatePlace.noon + .hours(1)))
        #expect(await state.heldBack().until.keys.map(\.self) == [row])
        // A folder stands where the file was.
        let aside = place.folder + "/aside"
        try FileManager.default.moveItem(atPath: place.directory, toPath: aside)
        try FileManager.default.createDirectory(atPath: place.file, withIntermediateDirectories: true)
        let second = await state.run("run-2")
        await state.noteSkipped(.overlap, count: 1)
        #expect(await state.downloadsDeleted == 10)
        #expect(await state.totals().counts[MetricName.runsSkipped] == [["overlap"]: 1])
        #expect(await state.runs(phase: nil, limit: 9, offset: 0) == RunPage(runs: [], total: 0))
        // What was put back stays out of reach; no more can be promised to.
        #expect(await state.heldBack().until.keys.map(\.self) == [row])
        let accepted = await (state.holdBack([], until: StatePlace.noon), state.holdBack([row], until: StatePlace.noon))
        #expect(accepted == (false, false))
        #expect(place.told.count { $0.contains("can't be used, the totals are kept in memory alone") } == 1)

        try FileManager.default.removeItem(atPath: place.directory)
        try FileManager.default.moveItem(atPath: aside, toPath: place.directory)
        #expect(await state.downloadsDeleted == 10)
        #expect(await state.totals().counts[MetricName.runsSkipped] == [["overlap"]: 1])
        #expect(await state.run(id: "run-2") == second)
        _ = await state.run("run-3")
        #expect(try await place.open().downloadsDeleted == 15)
        #expect(try await place.open().runs(phase: nil, limit: 9, offset: 0).total == 3)
    }

    @Test("two sidecars on one state directory add to the same totals")
    func shared() async throws {
        let place = try StatePlace()
        let first = try place.open()
        let second = try place.open()
        _ = await first.run("run-1")
        _ = await second.run("run-2")
        _ = await first.run("run-3")
        #expect(await first.downloadsDeleted == 15)
        #expect(await second.downloadsDeleted == 15)
    }

    @Test("a state directory that can't be is an error with what to do")
    func impossible() throws {
        let place = try StatePlace()
        try Data().write(to: URL(fileURLWithPath: place.directory))
        let error = #expect(throws: StoreError.self) { try place.open() }
        #expect(
            error?.message == "cannot make the state directory \(place.directory): choose another with --state")
    }
}
