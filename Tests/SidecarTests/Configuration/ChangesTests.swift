import Scheduling
import Sweeping
import Testing

@testable import Sidecar

/// What a reload changes.
@Suite struct ChangesTests {
    private let old = """
        database: /data/app.db
        state: /state
        schedule: {every: 30m}
        operations:
          old_jobs: {keep_by_type: {export: 7d, sync: 2d}}
        """
    private let new = """
        # A line more.
        database: /data/other.db
        state: /state
        schedule: {cron: 0 3 * * *, timeout: 9m}
        operations:
          extra_job_types: [report]
          stale_jobs: {enabled: false}
          old_jobs: {keep_by_type: {export: 7d, sync: 3d, report: 1h}}
        pacing: {pause: 1ms}
        tables: {jobs: {table: tasks}}
        log: {level: debug, format: json}
        web: {listen_address: [":1"], config_file: /web.yml}
        """

    @Test func nothingChangesWhenOnlyLinesMove() throws {
        #expect(try Loading("\n\n" + old).load().changes(from: Loading(old).load()) == [])
    }

    @Test func whatChangedAndWhatNeedsARestart() throws {
        let changes = try Loading(new).load().changes(from: Loading(old).load())
        #expect(
            changes.map { "\($0)" + ($0.needsRestart ? " (restart)" : "") } == [
                "database: /data/app.db -> /data/other.db (restart)",
                "schedule.every: 30m -> not set",
                "schedule.cron: not set -> \"0 3 * * *\"",
                "schedule.timeout: 5m -> 9m",
                "operations.extra_job_types: [] -> [report]",
                "operations.stale_jobs.enabled: true -> false",
                "operations.old_jobs.keep_by_type.report: not set -> 1h",
                "operations.old_jobs.keep_by_type.sync: 2d -> 3d",
                "pacing.pause: 2ms -> 1ms",
                "tables.jobs.table: job -> tasks (restart)",
                "log.level: info -> debug",
                "log.format: text -> json (restart)",
                "web.listen_address: [\"127.0.0.1:9745\"] -> [\":1\"] (restart)",
                "web.config_file: not set -> /web.yml (restart)",
            ])
        #expect(
            changes[0]
                == ConfigurationChange(path: "database", old: "/data/app.db", new: "/data/other.db", needsRestart: true)
        )
    }

    /// Composed and decomposed umlauts are the same text to Swift, and two names to everybody else.
    @Test func whatOnlyLooksTheSameIsAChange() throws {
        let composed = try Loading("database: \"/data/M\u{FC}ll.db\"\ntables: {jobs: {error: \"\u{FC}\"}}").load()
        let decomposed = try Loading("database: \"/data/Mu\u{308}ll.db\"\ntables: {jobs: {error: \"u\u{308}\"}}").load()
        #expect(decomposed.changes(from: composed).map(\.path) == ["database", "tables.jobs.error"])
    }

    @Test func namesAreComparedAsTheDatabaseDoes() {
        let good = "tables: {jobs: {error: \"\u{FC}\", progress: \"u\u{308}\", type: \"\u{DC}\"}}"
        #expect(Loading(good).problems == [])
        #expect(
            Loading("tables: {jobs: {error: Why, progress: wHY}}").problems == [
                "jobsweep.yml:1: tables.jobs.error: 'Why' is tables.jobs.progress already"
            ])
    }

    @Test func aReloadTakesOverWhatNeedsNoRestart() throws {
        let before = try Loading(old).load()
        let fresh = try Loading(new).load()
        let after = before.reloaded(with: fresh)
        #expect(after.schedule == fresh.schedule)
        #expect(after.operations[OldJobs.keepByType] == fresh.operations[OldJobs.keepByType])
        #expect(after.pacing == fresh.pacing)
        #expect(after.timeLimit == fresh.timeLimit)
        #expect(after.log.level == .debug)
        #expect(after.database == before.database)
        #expect(after.operations[JobTable.table] == before.operations[JobTable.table])
        #expect(after.web == before.web)
        #expect(after.log.format == .text)
        #expect(after.origin(of: "schedule.every") == .standard(basis: nil))
        #expect(after.origin(of: "schedule.cron") == .file(path: "jobsweep.yml", line: 4))
        #expect(after.origin(of: "operations.old_jobs.keep_by_type.report") == .file(path: "jobsweep.yml", line: 8))
        #expect(after.origin(of: "database") == .file(path: "jobsweep.yml", line: 1))
        // Until the restart, every reload says again what waits for it.
        #expect(fresh.changes(from: after).filter { !$0.needsRestart } == [])
        #expect(
            fresh.changes(from: after).map(\.path) == [
                "database", "tables.jobs.table", "log.format", "web.listen_address", "web.config_file",
            ])
    }

    @Test func goingBackToTheDefaultsIsAReloadToo() throws {
        let before = try Loading(new).load()
        let fresh = try Loading().load()
        let after = before.reloaded(with: fresh)
        #expect(after.schedule == Configuration().schedule)
        #expect(after.operations[OldJobs.keepByType] == [:])
        #expect(after.pacing == PacingPolicy())
        #expect(after.origin(of: "schedule.cron") == .standard(basis: nil))
        #expect(after.file == nil)
    }

    /// What can be applied while the process runs (schedule, operations, pacing, log level) is.
    @Test func whatNeedsARestart() {
        let restart = Set(SettingsCatalogue.all.filter { $0.reload == .restart }.map(\.path))
        let tables = SettingsCatalogue.all.map(\.path).filter { $0.hasPrefix("tables.") }
        #expect(
            restart
                == Set(
                    tables + [
                        "database", "state", "log.format", "web.listen_address", "web.config_file", "web.external_url",
                        "web.route_prefix", "pacing.replication_lag", "pacing.snapshot_age", "pacing.throttle_query",
                        "pacing.vacuum_after_run",
                    ]))
    }
}
