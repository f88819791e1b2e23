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
        filter.dryRun = true
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

    @Test("no list reads the whole table, nor sorts it")
    func plans() throws {
        let queue = try DatabaseQueue()
        try StateMigrations.migrate(queue)
        var filters = [RunFilter()]
        for phase in [RunRecord.Phase?.none, .over(.failed)] {
            for dryRun in [Bool?.none, false] {
                var filter = RunFilter()
                (filter.phase, filter.dryRun) = (phase, dryRun)
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
