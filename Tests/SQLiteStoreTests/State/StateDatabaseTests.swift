import Foundation
import GRDB
import Sweeping
import Synchronization
import Testing

@testable import SQLiteStore

@Suite("The state database")
struct StateDatabaseTests {
    /// A state directory, its warnings, and a clock.
    private final class Place: Sendable {
        let folder: TemporaryFolder
        let warnings = Mutex<[String]>([])
        let now = Mutex(ApplicationDatabase.now)

        init() throws { folder = try TemporaryFolder() }

        func open(_ name: String = "/data/app.db") throws -> StateDatabase {
            try StateDatabase(
                directory: folder("state"), databaseName: name, now: { self.now.withLock { $0 } },
                warn: { warning in self.warnings.withLock { $0.append(warning) } })
        }

        var file: String { folder("state/jobsweep.db") }
        var told: [String] { warnings.withLock { $0 } }
        var files: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: folder("state"))) ?? []).sorted() }
    }

    private func record(
        _ id: String, trigger: Trigger = .schedule, dryRun: Bool = false, started: Timestamp = ApplicationDatabase.now
    ) -> RunRecord {
        var record = RunRecord(
            request: RunRequest(
                runID: id, trigger: trigger, dryRun: dryRun, operations: Sweeping.Operation.allCases),
            startedAt: started)
        record.phase = .running
        return record
    }

    private func report(_ record: RunRecord, deleted: Int = 5, status: RunStatus = .completed) -> RunReport {
        var report = RunReport(
            request: record.request, status: status, startedAt: record.startedAt,
            finishedAt: record.startedAt + .seconds(2), duration: .seconds(2))
        var result = OperationResult()
        result.rowsChanged = deleted
        report.results = [.oldDownloads: result]
        return report
    }

    private func run(_ state: StateDatabase, _ id: String, deleted: Int = 5, dryRun: Bool = false) async -> RunRecord {
        var record = record(id, dryRun: dryRun)
        await state.begin(record)
        let report = report(record, deleted: deleted)
        record.finish(report, json: #"{"status": "completed"}"#)
        await state.finish(record, report: report)
        return record
    }

    @Test("runs and totals come back after a restart as they were")
    func restart() async throws {
        let place = try Place()
        let state = try place.open()
        let first = await run(state, "run-1")
        let second = await run(state, "run-2", dryRun: true)
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
        let place = try Place()
        let state = try place.open()
        for index in 0..<7 { _ = await run(state, "run-\(index)") }
        await state.begin(record("going"))
        let other = try place.open("/data/other.db")
        _ = await run(other, "theirs")
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
        #expect(await other.totals().downloadsDeleted == 5)
        #expect(await state.totals().downloadsDeleted == 35)
    }

    @Test("a run whose process ended is closed when the next begins, and counts as failed")
    func lost() async throws {
        let place = try Place()
        let state = try place.open()
        await state.begin(record("lost", trigger: .api))
        await state.begin(record("lost dry", dryRun: true))
        let later = ApplicationDatabase.now + .hours(1)
        place.now.withLock { $0 = later }
        let next = try place.open()
        await next.begin(record("next"))
        let found = try #require(await next.run(id: "lost"))
        #expect(found.phase == .over(.failed))
        #expect(found.error == "the process ended before the run did; the batches that it finished are kept")
        let totals = await next.totals()
        #expect(totals.runs == ["api": ["failed": 1]])
        #expect(totals.errors == ["run": 1])
        #expect(await next.run(id: "next")?.phase == .running)
    }

    @Test("what is older than 90 days goes; the totals stay")
    func pruning() async throws {
        let place = try Place()
        let state = try place.open()
        _ = await run(state, "old")
        place.now.withLock { $0 = ApplicationDatabase.now + .days(90) }
        _ = await run(state, "at the limit")
        #expect(await state.run(id: "old") != nil)
        place.now.withLock { $0 = ApplicationDatabase.now + .days(90) + .microseconds(1) }
        var young = record("young", started: ApplicationDatabase.now + .days(90))
        await state.begin(young)
        young.finish(report(young), json: "{}")
        await state.finish(young, report: report(young))
        #expect(await state.runs(phase: nil, limit: 9, offset: 0).runs.map(\.request.runID) == ["young"])
        #expect(await state.totals().downloadsDeleted == 15)
    }

    @Test(
        "a damaged file is set aside and made anew, with a warning, and the sidecar goes on",
        arguments: ["text", "zeros", "totals", "histogram"])
    func damaged(_ kind: String) async throws {
        let place = try Place()
        // It ends at once, and its write-ahead log with it.
        _ = await run(try place.open(), "run-1")
        switch kind {
        case "text":
            try Data(String(repeating: "no database ", count: 999).utf8).write(to: URL(fileURLWithPath: place.file))
        case "zeros": try Data(repeating: 0x5A, count: 8192).write(to: URL(fileURLWithPath: place.file))
        default:
            let queue = try DatabaseQueue(path: place.file)
            let sql =
                kind == "totals"
                ? "UPDATE totals SET document = '{'"
                : #"UPDATE totals SET document = replace(document, '"counts":[', '"counts":[7,')"#
            try await queue.write { try $0.execute(sql: sql) }
            try queue.close()
        }
        let again = try place.open()
        _ = await run(again, "run-2", deleted: 2)
        #expect(await again.totals().downloadsDeleted == 2)
        #expect(place.told.count == 1)
        #expect(place.told.first?.contains("is damaged") == true)
        #expect(place.told.first?.contains("was set aside as \(place.file).damaged-20260102T120000000") == true)
        #expect(place.files.contains("jobsweep.db.damaged-20260102T120000000"))
        #expect(await again.run(id: "run-2") != nil)
    }

    @Test("a file that is removed while the sidecar runs is made anew, with the totals that it remembers")
    func removed() async throws {
        let place = try Place()
        let state = try place.open()
        _ = await run(state, "run-1")
        for name in place.files { try FileManager.default.removeItem(atPath: place.folder("state/" + name)) }
        _ = await run(state, "run-2")
        #expect(await state.totals().downloadsDeleted == 10)
        #expect(
            place.told == [
                "the state database \(place.file) was removed or replaced: going on with the file that is there now"
            ])
        #expect(try await place.open().totals().downloadsDeleted == 10)
    }

    @Test(
        "while the file can't be written the totals live on in memory; afterwards they are made up for, and never go back"
    )
    func outage() async throws {
        let place = try Place()
        let state = try place.open()
        _ = await run(state, "run-1")
        // A folder stands where the file was.
        let aside = place.folder("aside")
        try FileManager.default.moveItem(atPath: place.folder("state"), toPath: aside)
        try FileManager.default.createDirectory(atPath: place.file, withIntermediateDirectories: true)
        let second = await run(state, "run-2")
        await state.noteSkipped(.overlap, count: 1)
        #expect(await state.totals().downloadsDeleted == 10)
        #expect(await state.totals().runsSkipped == ["overlap": 1])
        #expect(await state.runs(phase: nil, limit: 9, offset: 0) == RunPage(runs: [], total: 0))
        #expect(place.told.count { $0.contains("can't be used, the totals are kept in memory alone") } == 1)

        try FileManager.default.removeItem(atPath: place.folder("state"))
        try FileManager.default.moveItem(atPath: aside, toPath: place.folder("state"))
        #expect(await state.totals().downloadsDeleted == 10)
        #expect(await state.totals().runsSkipped == ["overlap": 1])
        #expect(await state.run(id: "run-2") == second)
        _ = await run(state, "run-3")
        #expect(try await place.open().totals().downloadsDeleted == 15)
        #expect(try await place.open().runs(phase: nil, limit: 9, offset: 0).total == 3)
    }

    @Test("two sidecars on one state directory add to the same totals")
    func shared() async throws {
        let place = try Place()
        let first = try place.open()
        let second = try place.open()
        _ = await run(first, "run-1")
        _ = await run(second, "run-2")
        _ = await run(first, "run-3")
        #expect(await first.totals().downloadsDeleted == 15)
        #expect(await second.totals().downloadsDeleted == 15)
    }

    @Test("a state directory that can't be is an error with what to do")
    func impossible() throws {
        let place = try Place()
        try Data().write(to: URL(fileURLWithPath: place.folder("state")))
        let error = #expect(throws: StoreError.self) { try place.open() }
        #expect(
            error?.message == "cannot make the state directory \(place.folder("state")): choose another with --state")
    }
}
