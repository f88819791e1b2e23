import Foundation
import Sweeping
import Testing

@testable import RunHistory

/// The fixture is the state that version 0.1.0 left after runs of all triggers, with errors, cancelled, failed, as a dry run and killed
/// in the middle; after runs that were refused and due times that were missed.
@Suite("State of version 0.1.0")
struct TakeoverTests {
    @Test("its totals are taken over whole")
    func totals() async throws {
        let place = try StatePlace()
        try place.restoreVersion010()
        let totals = try await place.open().totals()
        #expect(
            totals.counts["jobsweep_jobs_deleted_total"] == [
                ["analysis"]: 516, ["process_new_scenes"]: 41, ["export"]: 150, ["generate_details"]: 274,
                ["stash_generate"]: 107, ["cleanup"]: 103, ["process_downloads"]: 358, ["import"]: 106,
                ["non_ai_analysis"]: 220, ["sync_scenes"]: 372, ["sync"]: 863, ["apply_plan"]: 220,
                ["check_stash_generate"]: 66, ["stash_scan"]: 210,
            ])
        #expect(totals.counts.count("jobsweep_downloads_deleted_total") == 2658)
        #expect(totals.counts.count("jobsweep_plans_reset_total") == 72)
        #expect(
            totals.counts["jobsweep_stale_jobs_total"] == [
                ["analysis", "failed"]: 1, ["analysis", "completed"]: 1, ["apply_plan", "completed"]: 1,
                ["export", "failed"]: 1, ["generate_details", "failed"]: 1, ["import", "failed"]: 1,
                ["other", "failed"]: 1, ["stash_scan", "failed"]: 1, ["sync", "failed"]: 2,
                ["sync_scenes", "failed"]: 1,
            ])
        #expect(
            totals.counts[MetricName.rowsSkipped] == [
                ["old_downloads", "unreadable"]: 14, ["old_jobs", "unreadable"]: 8, ["stale_jobs", "alive"]: 16,
            ])
        #expect(
            totals.counts[MetricName.runs] == [
                ["api", "completed"]: 1, ["cli", "cancelled"]: 1, ["cli", "completed"]: 2,
                ["cli", "completed_with_errors"]: 1, ["cli", "failed"]: 1, ["schedule", "completed"]: 3,
                ["startup", "completed"]: 1,
            ])
        #expect(
            totals.counts[MetricName.runsSkipped] == [
                ["application_cleanup"]: 1, ["misfire"]: 1, ["overlap"]: 1,
            ])
        #expect(totals.counts[MetricName.errors].filter { $0.value > 0 } == [["old_jobs"]: 1, ["run"]: 1])
        #expect(totals.runDuration.counts == [0, 0, 1, 5, 2, 2, 0, 0, 0, 0, 0, 0])
        #expect(abs(totals.runDuration.sum - 7.274828076) < 1e-9)
        #expect(totals.lockHeld.counts == [23, 37, 17, 18, 7, 5, 0, 0, 0, 0])
        #expect(abs(totals.lastRun.start - 1_795_641_807.533364) < 1e-5)
        #expect(abs(totals.lastRun.success - 1_795_641_764.404097) < 1e-5)
        #expect(totals.lastRun.backlog == ["stale_jobs": 0, "old_jobs": 2, "old_downloads": 0, "stuck_plans": 0])
        #expect(totals.lastRun.durations["stale_jobs"] == 0.009941869)
        #expect(place.told == [])
    }

    @Test("its runs are taken over whole, with the figures of their reports, and so is the schedule")
    func runs() async throws {
        let place = try StatePlace()
        try place.restoreVersion010()
        place.now.withLock { $0 = Timestamp(microseconds: 1_795_642_000_000_000) }
        let state = try place.open()
        let page = await state.runs(phase: nil, limit: 50, offset: 0)
        #expect(page.total == 12)
        #expect(
            page.runs.map { "\($0.request.trigger.rawValue) \($0.phase.name)" } == [
                "cli running", "cli cancelled", "cli completed_with_errors", "schedule completed",
                "schedule completed", "schedule completed", "api completed", "startup completed", "cli failed",
                "cli completed", "cli completed", "cli completed",
            ])
        #expect(page.runs.last?.request.dryRun == true)
        #expect(
            page.runs.dropFirst(10).first?.figures
                == RunFigures(
                    rows: ["stale_jobs": 11, "old_jobs": 3603, "old_downloads": 0, "stuck_plans": 0], errorCount: 0))
        #expect(page.runs[2].figures?.errorCount == 1)
        #expect(page.runs[2].report?.contains("FOREIGN KEY constraint failed") == true)
        #expect(page.runs[8].error == "/data/app.db is not an SQLite database")
        #expect(await state.lastScheduledStart() == Timestamp(microseconds: 1_795_641_764_199_705))
    }

    @Test("the run that was killed is closed by the next, which counts on from there")
    func goesOn() async throws {
        let place = try StatePlace()
        try place.restoreVersion010()
        let state = try place.open()
        _ = await state.run("next", deleted: 2)
        #expect(await state.runs(phase: .running, limit: 9, offset: 0).total == 0)
        let totals = await state.totals()
        #expect(totals.counts.count(MetricName.runs, ["cli", "failed"]) == 2)
        #expect(totals.counts.count(MetricName.runs, ["schedule", "completed"]) == 4)
        #expect(totals.counts.count("jobsweep_downloads_deleted_total") == 2660)
        #expect(await (try place.open()).totals() == totals)
    }

    @Test(
        "totals that lack a key, or have one too many, are taken over all the same, and nothing is set aside",
        arguments: [
            "json_remove(document, '$.downloadsDeleted')", "json_remove(document, '$.lockHeld')",
            "json_remove(document, '$.lastRun')", "json_remove(document, '$.lastRun.success')",
            "json_remove(document, '$.runDuration.bounds')", "json_remove(document, '$.runDuration.counts')",
            "json_set(document, '$.later', json('{\"a\": [1, 2]}'))", "json_set(document, '$.rowsSkipped', 5)",
            "json_set(document, '$.staleJobs.sync', json('[1]'))", "json_set(document, '$.errors.run', 'many')",
            "'{'", "'[]'", "'null'",
        ])
    func tolerant(_ change: String) async throws {
        let place = try StatePlace()
        try place.restoreVersion010()
        try place.edit("UPDATE totals SET document = \(change)")
        let state = try place.open()
        #expect(await state.runs(phase: nil, limit: 50, offset: 0).total == 12)
        let counts = await state.totals().counts
        if change.hasPrefix("json") { #expect(counts.count("jobsweep_plans_reset_total") == 72) }
        if change.hasPrefix("json_set") { #expect(counts.count("jobsweep_downloads_deleted_total") == 2658) }
        _ = await state.run("next")
        #expect(await state.runs(phase: nil, limit: 50, offset: 0).total == 13)
        #expect(place.told == [])
        #expect(place.files.allSatisfy { !$0.contains("damaged") })
    }

    @Test("processes that take the same state over at the same time do it once", .timeLimit(.minutes(10)))
    func together() async throws {
        let place = try StatePlace()
        try place.restoreVersion010()
        let totals = try await withThrowingTaskGroup(of: RunTotals.self) { group in
            for _ in 1...4 { group.addTask { await (try place.open()).totals() } }
            return try await group.reduce(into: [RunTotals]()) { $0.append($1) }
        }
        #expect(totals.allSatisfy { $0 == totals[0] })
        #expect(totals[0].counts.count("jobsweep_plans_reset_total") == 72)
        #expect(place.told == [])
    }
}
