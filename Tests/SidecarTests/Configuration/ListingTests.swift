import Sweeping
import Testing

@testable import Sidecar

/// What `jobsweep config` prints.
@Suite struct ListingTests {
    @Test func namesWhereEachValueCameFrom() throws {
        var loading = Loading(
            """
            database: sqlite:///data/app.db
            schedule: {every: 45m}
            operations:
              stale_jobs: {timeouts: {analysis: 2h}}
              old_jobs:
                keep: 30d
                keep_by_status: {failed: 90d}
            tables: {plans: {table: Pläne, job_id: "on"}}
            """,
            environment: [
                "JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP": "45d", "JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP_BY_TYPE_EXPORT": "7d",
            ])
        loading.flags[.listenAddress] = [":9745", "[::1]:0"]
        #expect(
            try loading.load().describe().joined(separator: "\n") == """
                database: /data/app.db  # file jobsweep.yml:1
                preset: [stashhog]  # default
                state: /home/me/.local/state/jobsweep  # default, from $HOME
                time_zone: UTC  # default
                schedule:
                  every: 45m  # file jobsweep.yml:2
                  first_run_after: 1m  # default
                  misfire_grace: 5m  # default
                  catch_up: true  # default
                  jitter: 0s  # default
                  timeout: 5m  # default
                operations:
                  extra_job_types: []  # default
                  stale_jobs:
                    enabled: true  # default
                    default_timeout: 30m  # default
                    timeouts:
                      analysis: 2h  # file jobsweep.yml:4
                      apply_plan: 30m  # default
                      cleanup: 5m  # default
                      export: 15m  # default
                      generate_details: 45m  # default
                      import: 15m  # default
                      sync: 30m  # default
                      sync_scenes: 30m  # default
                    heartbeat_grace: 10m  # default
                  old_jobs:
                    enabled: true  # default
                    keep: 45d  # environment JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP
                    keep_by_status:
                      failed: 90d  # file jobsweep.yml:7
                    keep_by_type:
                      export: 7d  # environment JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP_BY_TYPE_EXPORT
                    spare_active: true  # default
                  old_downloads:
                    enabled: true  # default
                    keep: 14d  # default
                  stuck_plans:
                    enabled: true  # default
                    grace: 10m  # default
                rules: []  # default
                archive:
                  enabled: true  # default
                  keep: 7d  # default
                  max_size: 512MB  # default
                  when_full: continue  # default
                limits:
                  surge: 10  # default
                  max_rows: none  # default
                pacing:
                  lock_target: 10ms  # default
                  pause: 2ms  # default
                  max_batch: 5000  # default
                  wal_limit: 32MiB  # default
                  replication_lag: 64MiB  # default
                  snapshot_age: 10m  # default
                  # throttle_query is not set
                  vacuum_after_run: false  # default
                tables:
                  jobs:
                    table: job  # default
                    id: id  # default
                    type: type  # default
                    status: status  # default
                    progress: progress  # default
                    error: error  # default
                    created_at: created_at  # default
                    started_at: started_at  # default
                    completed_at: completed_at  # default
                    updated_at: updated_at  # default
                  downloads:
                    table: handled_downloads  # default
                    id: id  # default
                    timestamp: timestamp  # default
                  plans:
                    table: "Pläne"  # file jobsweep.yml:8
                    id: id  # default
                    status: status  # default
                    job_id: "on"  # file jobsweep.yml:8
                    created_at: created_at  # default
                    updated_at: updated_at  # default
                log:
                  level: info  # default
                  format: text  # default
                web:
                  listen_address: [":9745", "[::1]:0"]  # flag --web.listen-address
                  # config_file is not set
                  # external_url is not set
                  # route_prefix is not set
                """)
    }

    @Test func whatIsNotSetIsAComment() throws {
        let lines = try Loading("schedule: {cron: 0 3 * * *}").load().describe()
        #expect(lines[0] == "# database is not set")
        #expect(lines[5] == "  cron: \"0 3 * * *\"  # file jobsweep.yml:1")
        #expect(!lines.contains { $0.contains("every") })
        #expect(lines.contains("    keep_by_type: {}  # default"))
    }

    static let files = [
        "", "schedule: {cron: '*/5 0-6,22 1 jan,feb 1-5', jitter: 59s}",
        """
        database: "/data/my: app #1.db"
        state: "/päth/with \\"quotes\\" and \\\\"
        operations:
          extra_job_types: [report, 'null', "12", 'a;b', "-"]
          stale_jobs: {timeouts: {report-1: 1h1s, "on": 3m, 'x#y': 1w1ms, "[z]": 3s, "~": 4s, "12": 5s, ":": 6s, Ärger: 7s}}
          old_jobs: {keep: 1y, keep_by_status: {failed: 90d, CANCELLED: 1h}, keep_by_type: {EXPORT: 2w}}
        tables:
          jobs:
            table: "background jobs"
            id: "select"
            type: ' '
            status: "ended \\"at\\" it"
            progress: "12"
            error: "NULL"
            created_at: "a: b"
            started_at: "- x"
            completed_at: "\\\\"
            updated_at: "\\u200b\\ufeff💥"
          downloads: {table: "true", id: "0x1F", timestamp: "1e3"}
          plans: {table: "'", id: "%", status: "@", job_id: "`", updated_at: "|"}
        pacing: {lock_target: 1ms, pause: 0, max_batch: 1000000, wal_limit: 1048577}
        log: {level: trace, format: json}
        web: {listen_address: "localhost:1, [fe80::1]:0", config_file: "../web.yml"}
        """,
    ]

    @Test(arguments: files) func isAGoodConfigurationFile(_ file: String) throws {
        let configuration = try Loading(file).load()
        let listing = configuration.describe().joined(separator: "\n")
        let again = try Loading(listing).load()
        #expect(again.changes(from: configuration) == [])
        #expect(configuration.changes(from: again) == [])
        #expect(again.operations == configuration.operations)
        #expect(again.pacing == configuration.pacing)
        #expect(again.schedule == configuration.schedule)
        #expect(again.web == configuration.web)
        #expect(again.database == configuration.database)
        #expect(again.state == configuration.state)
    }

    @Test func aFilesNameCannotBreakOutOfItsComment() throws {
        var configuration = Configuration()
        configuration.origins["schedule.every"] = .file(path: "a\nstate: /evil\r\u{85}x", line: 1)
        #expect(configuration.describe()[5] == "  every: 30m  # file a?state: /evil??x:1")
    }
}
