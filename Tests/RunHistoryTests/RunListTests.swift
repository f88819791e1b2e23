import Foundation
import GRDB
import Sweeping
import Testing

@testable import RunHistory

@Suite("Lists of runs")
struct RunListTests {
    /// Forty days of runs, six an hour apart each day: every third a preview, every fifth failed.
    private func filled(_ place: StatePlace) async throws -> StateDatabase {
        let state = try place.open()
        for number in 0..<240 {
            let start = StatePlace.noon - .days(40) + .days(number / 6) + .hours(number % 6)
            let request = RunRequest(
                runID: "run-\(number)", trigger: number % 2 == 0 ? .schedule : .api, dryRun: number % 3 == 0,
                operations: [.oldJobs])
            var record = RunRecord(request: request, startedAt: start)
            await state.begin(record)
            let report = RunReport(
                request: request, status: number % 5 == 0 ? .failed : .completed, startedAt: start, finishedAt: start,
                duration: .seconds(1), catalogue: SweepPolicy().catalogue)
            record.finish(report, json: "{}")
            await state.finish(record, report: report)
        }
        return state
    }

    @Test("they are filtered, paged and without reports")
    func lists() async throws {
        let place = try StatePlace()
        let state = try await filled(place)
        let all = await state.list(RunFilter(), limit: 50, offset: 200)
        #expect(all.total == 240 && all.runs.map(\.request.runID) == (0..<40).reversed().map { "run-\($0)" })
        #expect(all.runs.allSatisfy { $0.report == nil && $0.figures?.details != nil })
        var filter = RunFilter()
        filter.phase = .over(.failed)
        filter.trigger = .api
        filter.kind = .previews
        #expect(
            await state.list(filter, limit: 3, offset: 0).runs.map(\.request.runID) == [
                "run-225", "run-195", "run-165",
            ])
        let day = StatePlace.noon - .days(40) - .hours(12)
        filter = RunFilter()
        filter.span = day..<(day + .days(1))
        #expect(await state.list(filter, limit: 99, offset: 0).total == 6)
    }

    @Test("days say how runs ended")
    func days() async throws {
        let place = try StatePlace()
        let state = try await filled(place)
        let days = await state.days(since: StatePlace.noon - .days(2))
        #expect(days.map(\.runs).reduce(0, +) == 8)
        #expect(days.allSatisfy { $0.phases.keys.allSatisfy { [.over(.failed), .over(.completed)].contains($0) } })
    }

    @Test("runs that found nothing are a history where there are no others, and not few")
    func idle() async throws {
        let place = try StatePlace()
        let state = try await filled(place)
        let usual = await state.usualRows(since: StatePlace.noon - .days(50))
        #expect(usual[.oldJobs]?.largest == 0 && usual[.oldJobs]?.runs == 128)
        #expect(await state.usualRows(since: StatePlace.noon - .hours(36)) == [:])
        let request = RunRequest(runID: "more", trigger: .cli, dryRun: false, operations: [.oldJobs])
        var record = RunRecord(request: request, startedAt: StatePlace.noon)
        await state.begin(record)
        var report = RunReport(
            request: request, status: .completed, startedAt: StatePlace.noon, finishedAt: StatePlace.noon,
            duration: .seconds(1), catalogue: SweepPolicy().catalogue)
        report.results[.oldJobs, default: OperationResult()].rowsChanged = 7
        record.finish(report, json: "{}")
        await state.finish(record, report: report)
        let found = await state.usualRows(since: StatePlace.noon - .days(50))[.oldJobs]
        #expect(found?.largest == 7 && found?.runs == 1)
    }

    @Test("restores are listed with the run that they undo, and counted nowhere")
    func restores() async throws {
        let place = try StatePlace()
        let state = try await filled(place)
        let (totals, days) = (await state.totals(), await state.days(since: StatePlace.noon - .days(2)))
        let usual = await state.usualRows(since: StatePlace.noon - .days(50))
        var ids: [String] = []
        for isTrial in [true, false] {
            let request = RestoreRequest(
                id: isTrial ? "trial" : "restore", runID: "run-7", dryRun: isTrial, by: .cli)
            var record = RunRecord(request, operations: [.oldJobs], startedAt: StatePlace.noon)
            await state.begin(record)
            #expect(await state.run(id: request.id)?.phase == .running)
            var report = RestoreReport(request, at: StatePlace.noon)
            report.status = .completedWithErrors
            report.restored = ["old_jobs": 5]
            report.obstacles = [.taken: 2]
            report.failures = [
                RestoreReport.Failure(
                    operation: "old_jobs", table: "job", row: "job 7", obstacle: .taken, reason: "it is taken")
            ]
            record.finish(report, json: String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
            #expect(await state.finish(restore: record))
            let found = try #require(await state.run(id: request.id))
            #expect(found == record && found.undoes == "run-7" && found.error == "job 7: it is taken")
            #expect(found.figures?.rows == ["old_jobs": 5] && found.figures?.errorCount == 2)
            #expect(found.request.trigger == .cli && found.request.dryRun == isTrial)
            let read = try JSONDecoder().decode(RestoreReport.self, from: Data((found.report ?? "").utf8))
            #expect(read.failures == report.failures && read.obstacles == report.obstacles)
            #expect(read.restored == report.restored && read.status == report.status)
            ids.append(request.id)
        }
        var filter = RunFilter()
        filter.kind = .restores
        #expect(await state.list(filter, limit: 9, offset: 0).runs.map(\.request.runID) == ids.reversed())
        filter.kind = .runs
        #expect(await state.list(filter, limit: 9, offset: 0).total == 160)
        #expect(await state.runs(phase: nil, limit: 1, offset: 0).runs.map(\.undoes) == ["run-7"])
        // One whose process was killed is closed by the next run, and is no run that failed.
        await state.begin(
            RunRecord(RestoreRequest(id: "lost", runID: "run-7"), operations: [], startedAt: StatePlace.noon))
        let request = RunRequest(runID: "next", trigger: .api, dryRun: true, operations: [])
        await state.begin(RunRecord(request: request, startedAt: StatePlace.noon))
        #expect(await state.run(id: "lost")?.phase == .over(.failed))
        #expect(await state.totals() == totals)
        #expect(await state.days(since: StatePlace.noon - .days(2)) == days)
        #expect(await state.usualRows(since: StatePlace.noon - .days(50)) == usual)
    }

    @Test("no list reads the whole table, nor sorts it")
    func plans() throws {
        let queue = try DatabaseQueue()
        try StateMigrations.migrate(queue)
        var filters = [RunFilter()]
        for phase in [RunRecord.Phase?.none, .over(.failed)] {
            for kind in [RunFilter.Kind?.none, .runs, .restores] {
                var filter = RunFilter()
                (filter.phase, filter.kind) = (phase, kind)
                filters.append(filter)
            }
        }
        try queue.read { database in
            for filter in filters {
                let (condition, arguments) = RunListRows.condition(filter, "/data/app.db")
                let values: [any DatabaseValueConvertible] = arguments + [50, 100]
                let plan = try Row.fetchAll(
                    database, sql: "EXPLAIN QUERY PLAN " + RunListRows.list(condition),
                    arguments: StatementArguments(values)
                ).map { $0["detail"] as String }
                #expect(plan.allSatisfy { $0.hasPrefix("SEARCH run USING INDEX run_") }, "\(plan)")
            }
            let plan = try Row.fetchAll(
                database, sql: "EXPLAIN QUERY PLAN " + RunListRows.daysSQL, arguments: [1, "/data/app.db", 2]
            ).map { $0["detail"] as String }
            #expect(plan.first?.hasPrefix("SEARCH run USING COVERING INDEX run_by_day") == true, "\(plan)")
        }
    }
}
