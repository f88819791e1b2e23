import HTTPServer
import Scheduling
import Sweeping
import Testing

@testable import Sidecar

/// Files that say what they mean.
@Suite struct GoodFilesTests {
    /// The contract's example, with other values than the defaults where that shows something.
    @Test func everySection() throws {
        let configuration = try Loading(
            """
            database: sqlite:///data/app.db        # or a plain path
            state: /var/lib/jobsweep
            schedule: {every: 20m, first_run_after: 2m, misfire_grace: 6m, jitter: 7s, timeout: 8m}
            operations:
              stale_jobs: {enabled: true, default_timeout: 35m, timeouts: {analysis: 70m}, heartbeat_grace: 11m}
              old_jobs: {enabled: false, keep: 31d, keep_by_status: {failed: 90d}, keep_by_type: {export: 7d}}
              old_downloads: {enabled: true, keep: 15d}
              stuck_plans: {enabled: false}
            pacing: {lock_target: 10ms, pause: 2ms, max_batch: 100, wal_limit: 16MiB}
            tables:
              jobs: {table: job, id: id, type: type, status: status, progress: progress, error: error, created_at: created_at,
                     started_at: started_at, completed_at: completed_at, updated_at: updated_at}
              downloads: {table: handled_downloads, id: id, timestamp: timestamp}
              plans: {table: analysis_plan, id: id, status: status, job_id: job_id, updated_at: updated_at}
            """
        ).load()
        var operations = SettingValues()
        operations[StaleJobs.defaultTimeout] = .minutes(35)
        operations[StaleJobs.timeouts]["analysis"] = .minutes(70)
        operations[StaleJobs.heartbeatGrace] = .minutes(11)
        operations[OldJobs.enabled] = false
        operations[OldJobs.keep] = .days(31)
        operations[OldJobs.keepByStatus] = ["failed": .days(90)]
        operations[OldJobs.keepByType] = ["export": .days(7)]
        operations[OldDownloads.keep] = .days(15)
        operations[StuckPlans.enabled] = false
        var pacing = PacingPolicy()
        pacing.lockTarget = .milliseconds(10)
        pacing.pause = .milliseconds(2)
        pacing.maxBatch = 100
        pacing.walLimit = 16 << 20
        #expect(configuration.operations == operations)
        #expect(configuration.pacing == pacing)
        #expect(configuration.timeLimit == .minutes(8))
        #expect(configuration.database == .sqlite(path: "/data/app.db"))
        #expect(configuration.state == "/var/lib/jobsweep")
        let schedule = try SchedulePolicy(
            schedule: .every(.minutes(20)), firstRunAfter: .minutes(2), misfireGrace: .minutes(6), jitter: .seconds(7))
        #expect(configuration.schedule == schedule)
    }

    @Test func theDefaultsAreThoseOfThePolicies() throws {
        let configuration = try Loading().load()
        #expect(configuration.operations == SettingValues())
        #expect(configuration.pacing == PacingPolicy())
        #expect(configuration.timeLimit == .minutes(5))
        #expect(try configuration.schedule == SchedulePolicy())
        #expect(configuration.web.listenAddresses == [ListenAddress(host: "127.0.0.1", port: 9745)])
        #expect(configuration.web.configFile == nil)
        #expect(configuration.log == LogSettings())
        #expect(configuration.database == nil)
        #expect(configuration.extraJobTypes == [])
    }

    static let good = [
        // The smallest values.
        "schedule: {every: 1s, first_run_after: 0, misfire_grace: 0s, jitter: 1s, timeout: 1s}",
        "operations: {stale_jobs: {default_timeout: 1s, heartbeat_grace: 0}, old_jobs: {keep: 1h}, old_downloads: {keep: 60m}}",
        "pacing: {lock_target: 1ms, pause: 0s, max_batch: 1, wal_limit: 1MiB}",
        // The largest.
        "schedule: {every: 366d, first_run_after: 366d, misfire_grace: 366d, jitter: 366d, timeout: 366d}",
        "operations: {stale_jobs: {default_timeout: 366d, heartbeat_grace: 366d}, old_jobs: {keep: 100y}}",
        "pacing: {lock_target: 10s, pause: 60s, max_batch: 1000000, wal_limit: 1TiB}",
        // An application without all four timestamps.
        "tables: {jobs: {created_at: changed, started_at: changed, completed_at: changed, updated_at: CHANGED}}",
        // Columns of different tables, and a table that is called like a column.
        "tables: {jobs: {table: id, id: key}, downloads: {table: key, id: key}, plans: {id: key}}",
        "tables: {jobs: {status: sqlite_status}}",
        // Other ways to write it.
        "{\"operations\": {\"old_jobs\": {\"enabled\": false, \"keep\": \"45d\"}}}",
        "operations:\n  old_jobs:\n    enabled: True\n    keep: '45d'\n    keep_by_status: {FAILED: 2d, Completed: 3d}\n",
        "web:\n  listen_address: :9745\n", "web:\n  listen_address:\n    - \"[::]:0\"\n    - localhost:1\n",
        "operations: {extra_job_types: report, old_jobs: {keep_by_type: {Report: 90d}}}",
        "operations: {extra_job_types: [REPORT], stale_jobs: {timeouts: {report: 90m}}}",
        "operations: {old_jobs: {keep_by_type: {backup: 90d, mail: 1d, \"<<\": 2d, import-2024-archive: 3d}}}",
    ]

    @Test(arguments: good) func isTaken(_ file: String) {
        #expect(Loading(file).problems == [])
    }

    @Test func anExtraJobTypeMayComeFromAnotherSource() {
        let environment = ["JOBSWEEP_OPERATIONS_EXTRA_JOB_TYPES": "imports,report"]
        #expect(
            Loading("operations: {old_jobs: {keep_by_type: {report: 90d}}}", environment: environment).problems == [])
        #expect(
            Loading(
                environment: environment.merging(["JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP_BY_TYPE_IMPORTS": "2d"]) { $1 }
            ).problems == [])
    }
}
