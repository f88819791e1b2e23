import Testing

@testable import Sidecar

@Suite struct EnvironmentTests {
    /// Every variable with a value other than the default, and how `jobsweep config` shows it.
    static let variables: [(name: String, value: String, path: String, shown: String)] = [
        ("JOBSWEEP_DATABASE", "sqlite:///data/app.db", "database", "/data/app.db"),
        ("JOBSWEEP_STATE", "state", "state", "/here/state"),
        ("JOBSWEEP_TIME_ZONE", "+0530", "time_zone", "\"+05:30\""),
        ("JOBSWEEP_SCHEDULE_EVERY", "90s", "schedule.every", "1m30s"),
        ("JOBSWEEP_SCHEDULE_CRON", "0 3 * * *", "schedule.cron", "\"0 3 * * *\""),
        ("JOBSWEEP_SCHEDULE_FIRST_RUN_AFTER", "0", "schedule.first_run_after", "0s"),
        ("JOBSWEEP_SCHEDULE_MISFIRE_GRACE", "6m", "schedule.misfire_grace", "6m"),
        ("JOBSWEEP_SCHEDULE_CATCH_UP", "false", "schedule.catch_up", "false"),
        ("JOBSWEEP_SCHEDULE_JITTER", "3s", "schedule.jitter", "3s"),
        ("JOBSWEEP_SCHEDULE_TIMEOUT", "9m", "schedule.timeout", "9m"),
        ("JOBSWEEP_OPERATIONS_EXTRA_JOB_TYPES", "report, Imports", "operations.extra_job_types", "[report, imports]"),
        ("JOBSWEEP_OPERATIONS_STALE_JOBS_ENABLED", "false", "operations.stale_jobs.enabled", "false"),
        ("JOBSWEEP_OPERATIONS_STALE_JOBS_DEFAULT_TIMEOUT", "33m", "operations.stale_jobs.default_timeout", "33m"),
        ("JOBSWEEP_OPERATIONS_STALE_JOBS_TIMEOUTS_ANALYSIS", "90m", "operations.stale_jobs.timeouts.analysis", "1h30m"),
        ("JOBSWEEP_OPERATIONS_STALE_JOBS_TIMEOUTS_MY_TYPE", "1m", "operations.stale_jobs.timeouts.my_type", "1m"),
        ("JOBSWEEP_OPERATIONS_STALE_JOBS_HEARTBEAT_GRACE", "0", "operations.stale_jobs.heartbeat_grace", "0s"),
        ("JOBSWEEP_OPERATIONS_OLD_JOBS_ENABLED", "FALSE", "operations.old_jobs.enabled", "false"),
        ("JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP", "45d", "operations.old_jobs.keep", "45d"),
        (
            "JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP_BY_STATUS_FAILED", "90d", "operations.old_jobs.keep_by_status.failed",
            "90d"
        ),
        ("JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP_BY_TYPE_EXPORT", "7d", "operations.old_jobs.keep_by_type.export", "7d"),
        ("JOBSWEEP_OPERATIONS_OLD_JOBS_SPARE_ACTIVE", "FALSE", "operations.old_jobs.spare_active", "false"),
        ("JOBSWEEP_OPERATIONS_OLD_DOWNLOADS_ENABLED", "false", "operations.old_downloads.enabled", "false"),
        ("JOBSWEEP_OPERATIONS_OLD_DOWNLOADS_KEEP", "3w", "operations.old_downloads.keep", "21d"),
        ("JOBSWEEP_OPERATIONS_STUCK_PLANS_ENABLED", "false", "operations.stuck_plans.enabled", "false"),
        ("JOBSWEEP_OPERATIONS_STUCK_PLANS_GRACE", "4m", "operations.stuck_plans.grace", "4m"),
        ("JOBSWEEP_ARCHIVE_ENABLED", "false", "archive.enabled", "false"),
        ("JOBSWEEP_ARCHIVE_KEEP", "30d", "archive.keep", "30d"),
        ("JOBSWEEP_ARCHIVE_MAX_SIZE", "2GiB", "archive.max_size", "2GiB"),
        ("JOBSWEEP_ARCHIVE_WHEN_FULL", "stop", "archive.when_full", "stop"),
        ("JOBSWEEP_PACING_LOCK_TARGET", "9ms", "pacing.lock_target", "9ms"),
        ("JOBSWEEP_PACING_PAUSE", "0", "pacing.pause", "0s"),
        ("JOBSWEEP_PACING_MAX_BATCH", "100", "pacing.max_batch", "100"),
        ("JOBSWEEP_PACING_WAL_LIMIT", "67108864", "pacing.wal_limit", "64MiB"),
        ("JOBSWEEP_PACING_REPLICATION_LAG", "16MiB", "pacing.replication_lag", "16MiB"),
        ("JOBSWEEP_PACING_SNAPSHOT_AGE", "1h", "pacing.snapshot_age", "1h"),
        ("JOBSWEEP_PACING_THROTTLE_QUERY", "SELECT 1", "pacing.throttle_query", "\"SELECT 1\""),
        ("JOBSWEEP_PACING_VACUUM_AFTER_RUN", "true", "pacing.vacuum_after_run", "true"),
        ("JOBSWEEP_TABLES_JOBS_TABLE", "123", "tables.jobs.table", "\"123\""),
        ("JOBSWEEP_TABLES_JOBS_ID", "job id", "tables.jobs.id", "\"job id\""),
        ("JOBSWEEP_TABLES_JOBS_TYPE", "kind", "tables.jobs.type", "kind"),
        ("JOBSWEEP_TABLES_JOBS_STATUS", "no", "tables.jobs.status", "\"no\""),
        ("JOBSWEEP_TABLES_JOBS_PROGRESS", "done", "tables.jobs.progress", "done"),
        ("JOBSWEEP_TABLES_JOBS_ERROR", "why", "tables.jobs.error", "why"),
        ("JOBSWEEP_TABLES_JOBS_CREATED_AT", "made", "tables.jobs.created_at", "made"),
        ("JOBSWEEP_TABLES_JOBS_STARTED_AT", "began", "tables.jobs.started_at", "began"),
        ("JOBSWEEP_TABLES_JOBS_COMPLETED_AT", "ended", "tables.jobs.completed_at", "ended"),
        ("JOBSWEEP_TABLES_JOBS_UPDATED_AT", "changed", "tables.jobs.updated_at", "changed"),
        ("JOBSWEEP_TABLES_DOWNLOADS_TABLE", "loads", "tables.downloads.table", "loads"),
        ("JOBSWEEP_TABLES_DOWNLOADS_ID", "key", "tables.downloads.id", "key"),
        ("JOBSWEEP_TABLES_DOWNLOADS_TIMESTAMP", "moment", "tables.downloads.timestamp", "moment"),
        ("JOBSWEEP_TABLES_PLANS_TABLE", "Pläne", "tables.plans.table", "\"Pläne\""),
        ("JOBSWEEP_TABLES_PLANS_ID", "key", "tables.plans.id", "key"),
        ("JOBSWEEP_TABLES_PLANS_STATUS", "state", "tables.plans.status", "state"),
        ("JOBSWEEP_TABLES_PLANS_JOB_ID", "task", "tables.plans.job_id", "task"),
        ("JOBSWEEP_TABLES_PLANS_CREATED_AT", "born", "tables.plans.created_at", "born"),
        ("JOBSWEEP_TABLES_PLANS_UPDATED_AT", "changed", "tables.plans.updated_at", "changed"),
        ("JOBSWEEP_LIMITS_SURGE", "none", "limits.surge", "none"),
        ("JOBSWEEP_LIMITS_MAX_ROWS", "5000", "limits.max_rows", "5000"),
        ("JOBSWEEP_PRESET", "prefect,n8n", "preset", "[prefect, n8n]"),
        ("JOBSWEEP_LOG_LEVEL", "debug", "log.level", "debug"),
        ("JOBSWEEP_LOG_FORMAT", "json", "log.format", "json"),
        ("JOBSWEEP_WEB_LISTEN_ADDRESS", ":1, [::1]:2", "web.listen_address", "[\":1\", \"[::1]:2\"]"),
        ("JOBSWEEP_WEB_CONFIG_FILE", "web.yml", "web.config_file", "/here/web.yml"),
        ("JOBSWEEP_WEB_EXTERNAL_URL", "https://a.example/x", "web.external_url", "\"https://a.example/x\""),
        ("JOBSWEEP_WEB_ROUTE_PREFIX", "x/", "web.route_prefix", "/x"),
    ]

    @Test(arguments: variables)
    func setsItsSetting(_ variable: (name: String, value: String, path: String, shown: String)) throws {
        let configuration = try Loading(environment: [variable.name: variable.value]).load()
        #expect(configuration.origin(of: variable.path) == .environment(variable: variable.name))
        let entries = SettingsCatalogue.all.flatMap { $0.entries(configuration) }
        #expect(entries.first { $0.path == variable.path }?.text == variable.shown)
        let changed = configuration.changes(from: try Loading().load()).map(\.path).filter { $0 != "schedule.every" }
        #expect(changed == [variable.path] || variable.path == "schedule.every")
    }

    @Test func noSettingIsForgotten() {
        let paths = Self.variables.map(\.path)
        let missing = SettingsCatalogue.all.filter { setting in
            !paths.contains { $0 == setting.path || setting.isMap && $0.hasPrefix(setting.path + ".") }
        }
        // A list of maps has no place in a variable.
        #expect(missing.map(\.path) == ["rules"])
    }

    @Test func allTogether() throws {
        let chosen = Self.variables.filter { $0.path != "schedule.every" }
        let configuration = try Loading(
            environment: Dictionary(uniqueKeysWithValues: chosen.map { ($0.name, $0.value) })
        ).load()
        #expect(chosen.allSatisfy { configuration.origin(of: $0.path) == .environment(variable: $0.name) })
    }

    static let wrong: [(name: String, value: String, message: String)] = [
        ("JOBSWEEP_SCHEDUL_EVERY", "1h", "unknown variable; did you mean JOBSWEEP_SCHEDULE_EVERY?"),
        ("JOBSWEEP_DATBASE", "/x", "unknown variable; did you mean JOBSWEEP_DATABASE?"),
        ("JOBSWEEP_database", "/x", "unknown variable; did you mean JOBSWEEP_DATABASE?"),
        ("jobsweep_database", "/x", "unknown variable; did you mean JOBSWEEP_DATABASE?"),
        ("Jobsweep_Log_Level", "debug", "unknown variable; did you mean JOBSWEEP_LOG_LEVEL?"),
        ("jobsweep_config_file", "/x", "unknown variable; did you mean JOBSWEEP_CONFIG_FILE?"),
        (
            "jobsweep_operations_old_jobs_keep_by_type_my_type", "7d",
            "unknown variable; did you mean JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP_BY_TYPE_MY_TYPE?"
        ),
        // The Kelvin sign, which Swift takes for the letter.
        (
            "JOBSWEEP_OPERATIONS_OLD_JOBS_\u{212A}EEP", "1d",
            "unknown variable; did you mean JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP?"
        ),
        ("JOBSWEEP_CONFIG", "/x", "unknown variable; \(advice)"),
        ("JOBSWEEP_CONFIGFILE", "/x", "unknown variable; did you mean JOBSWEEP_CONFIG_FILE?"),
        ("JOBSWEEP_FOO", "1", "unknown variable; \(advice)"),
        ("JOBSWEEP_", "1", "unknown variable; \(advice)"),
        ("JOBSWEEP_PORT", "9745", "unknown variable; \(advice)"),
        (
            "JOBSWEEP_OPERATIONS_STALE_JOBS_TIMEOUT_ANALYSIS", "1h",
            "unknown variable; did you mean JOBSWEEP_OPERATIONS_STALE_JOBS_TIMEOUTS_ANALYSIS?"
        ),
        (
            "JOBSWEEP_OPERATIONS_STALE_JOBS_TIMEOUTS_analysis", "1h",
            "unknown variable; did you mean JOBSWEEP_OPERATIONS_STALE_JOBS_TIMEOUTS_ANALYSIS?"
        ),
        (
            "JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP_BY_TYPE", "7d",
            "unknown variable; a job type goes behind it, such as JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP_BY_TYPE_SYNC"
        ),
        (
            "JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP_BY_STATUS_", "7d",
            "unknown variable; a job status goes behind it, such as JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP_BY_STATUS_COMPLETED"
        ),
        (
            "JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP_BY_TYPE_EXPROT", "7d",
            "unknown job type; did you mean 'export'? If the application has a type 'exprot', say so: "
                + "operations.extra_job_types: [exprot]"
        ),
        (
            "JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP_BY_STATUS_RUNNING", "7d",
            "a job that is running is never deleted; known here: completed, failed, cancelled"
        ),
        ("JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP", "30", "'30' has no unit; write 30d, 30h, 30m or 30s"),
        ("JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP", "", "'' is no value; give one or leave it out"),
        ("JOBSWEEP_OPERATIONS_OLD_JOBS_ENABLED", "1", "'1' is neither true nor false"),
        ("JOBSWEEP_TABLES_JOBS_TABLE", "", "'' is no value; give one or leave it out"),
        ("JOBSWEEP_TABLES_JOBS_TABLE", "analysis_plan", "'analysis_plan' is tables.plans.table already"),
        ("JOBSWEEP_SCHEDULE_JITTER", "1h", "1h is longer than the shortest time between two runs, 30m"),
        ("JOBSWEEP_WEB_LISTEN_ADDRESS", ":1,,:2", "'' is no value; give one or leave it out"),
        ("JOBSWEEP_WEB_LISTEN_ADDRESS", ":1,:1", "\":1\" is there twice"),
        ("JOBSWEEP_CONFIG_FILE", "", "'' is no value; give the path of a file"),
    ]

    private static let advice =
        "a setting's is JOBSWEEP_ and its keys in upper case, joined by _, such as JOBSWEEP_SCHEDULE_EVERY"

    @Test(arguments: wrong)
    func saysWhatIsWrong(_ wrong: (name: String, value: String, message: String)) {
        let problems = Loading(environment: [wrong.name: wrong.value]).problems
        #expect(problems == ["environment \(wrong.name): \(wrong.message)"])
    }

    @Test func anIntervalAndACronExpressionExcludeEachOther() {
        let loading = Loading(environment: ["JOBSWEEP_SCHEDULE_CRON": "0 3 * * *", "JOBSWEEP_SCHEDULE_EVERY": "3h"])
        #expect(
            loading.problems == [
                "environment JOBSWEEP_SCHEDULE_EVERY: excludes schedule.cron, which environment JOBSWEEP_SCHEDULE_CRON sets; "
                    + "give one of the two"
            ])
    }

    static let kubernetes: [(String, String)] = [
        ("JOBSWEEP_SERVICE_HOST", "10.0.0.1"), ("JOBSWEEP_SERVICE_PORT", "9745"),
        ("JOBSWEEP_SERVICE_PORT_HTTP", "9745"),
        ("JOBSWEEP_PORT", "tcp://10.0.0.1:9745"), ("JOBSWEEP_PORT_9745_TCP", "tcp://10.0.0.1:9745"),
        ("JOBSWEEP_PORT_9745_TCP_PROTO", "tcp"), ("JOBSWEEP_PORT_9745_TCP_PORT", "9745"),
        ("JOBSWEEP_PORT_9745_TCP_ADDR", "10.0.0.1"), ("JOBSWEEP_PORT_53_UDP", "udp://10.0.0.1:53"),
        ("JOBSWEEP_METRICS_SERVICE_HOST", "10.0.0.1"), ("JOBSWEEP_METRICS_PORT", "tcp://10.0.0.1:9745"),
        ("JOBSWEEP_METRICS_PORT_9745_TCP_ADDR", "10.0.0.1"),
    ]

    @Test(arguments: kubernetes) func whatKubernetesPutsThereIsNotOurs(_ name: String, _ value: String) throws {
        #expect(try Loading(environment: [name: value]).load() == Loading().load())
    }

    @Test func othersVariablesAreNotOurs() throws {
        let others = [
            "JOBSWEEPER_DATABASE": "/x", "jobsweep_mode": "x", "jobsweep_home": "/x", "DATABASE": "/x",
            "JOBSWEEP": "/x",
        ]
        #expect(try Loading(environment: others).load() == Loading().load())
    }
}
