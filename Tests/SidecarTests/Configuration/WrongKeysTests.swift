import Testing

/// Keys that nobody knows, and keys that stand twice.
@Suite struct WrongKeysTests {
    static let files = [
        WrongFile(
            """
            schedul:
              every: 30m
            """,
            "1: schedul: unknown key; did you mean 'schedule'?"),
        WrongFile(
            """
            schedule:
              every: 30m
            opertions: {}
            """,
            "3: opertions: unknown key; did you mean 'operations'?"),
        WrongFile(
            """
            schedule:
              # often
              evry: 30m
            """,
            "3: schedule.evry: unknown key; did you mean 'every'?"),
        WrongFile(
            """
            schedule: {every: 30m,
              misfire_grac: 5m}
            """,
            "2: schedule.misfire_grac: unknown key; did you mean 'misfire_grace'?"),
        WrongFile(
            """
            operations:
              old_job: {keep: 3d}
            """,
            "2: operations.old_job: unknown key; did you mean 'old_jobs'?"),
        WrongFile(
            """
            operations:
              old_jobs:
                keeep: 3d
            """,
            "3: operations.old_jobs.keeep: unknown key; did you mean 'keep'?"),
        WrongFile(
            """
            operations:
              old_downloads:
                keep_by_status: {failed: 3d}
            """,
            "3: operations.old_downloads.keep_by_status: unknown key; did you mean "
                + "'operations.old_jobs.keep_by_status'?"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep_by_status:
                  faild: 3d
            """,
            "4: operations.old_jobs.keep_by_status.faild: unknown job status; did you mean 'failed'?"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep_by_status:
                  running: 3d
            """,
            "4: operations.old_jobs.keep_by_status.running: a job that is running is never deleted; known here: "
                + "completed, failed, cancelled"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep_by_status:
                  pended: 3d
            """,
            "4: operations.old_jobs.keep_by_status.pended: unknown job status; known here: completed, failed, "
                + "cancelled"),
        WrongFile(
            """
            tables:
              jobs:
                completd_at: ended
            """,
            "3: tables.jobs.completd_at: unknown key; did you mean 'completed_at'?"),
        WrongFile(
            """
            tables:
              download: {table: x}
            """,
            "2: tables.download: unknown key; did you mean 'downloads'?"),
        WrongFile(
            "Database: /tmp/x.db\n",
            "1: Database: unknown key; did you mean 'database'?"),
        WrongFile(
            """
            operations:
              stale-jobs: {enabled: true}
            """,
            "2: operations.stale-jobs: unknown key; did you mean 'stale_jobs'?"),
        WrongFile(
            "keep: 30d\n",
            "1: keep: unknown key; known here: database, preset, state, time_zone, schedule, operations, rules, archive, limits, pacing, tables, log, web"
        ),
        WrongFile(
            "interval: 30m\n",
            "1: interval: unknown key; known here: database, preset, state, time_zone, schedule, operations, rules, archive, limits, pacing, tables, log, web"
        ),
        WrongFile(
            "operations.old_jobs.keep: 30d\n",
            "1: operations.old_jobs.keep: unknown key; the keys of a setting go one below the other, not in one "
                + "word with dots"),
        WrongFile(
            "schedule.evry: 3m\n",
            "1: schedule.evry: unknown key; the keys of a setting go one below the other, not in one word with dots"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep_by_type:
                  exprot: 90d
            """,
            "4: operations.old_jobs.keep_by_type.exprot: unknown job type; did you mean 'export'? If the "
                + "application has a type 'exprot', say so: operations.extra_job_types: [exprot]"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep_by_type:
                  report: 90d
            """,
            "4: operations.old_jobs.keep_by_type.report: unknown job type; did you mean 'export'? If the "
                + "application has a type 'report', say so: operations.extra_job_types: [report]"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep_by_type:
                  export: 90d
                  EXPORT: 3d
            """,
            "5: operations.old_jobs.keep_by_type.EXPORT: is there twice; the first is on line 4"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep_by_type:
                  my type: 90d
            """,
            "4: operations.old_jobs.keep_by_type.'my type': 'my type' is not a job type: it has a space in it"),
        WrongFile(
            """
            operations:
              extra_job_types: report thing
            """,
            "2: operations.extra_job_types: 'report thing' is not a job type: it has a space in it"),
        WrongFile(
            """
            state: /tmp/a
            state: /tmp/b
            """,
            "2: state: is there twice; the first is on line 1"),
        WrongFile(
            """
            operations:
              old_jobs: {keep: 3d}
              old_jobs: {kep: 90d}
            """,
            "3: operations.old_jobs: is there twice; the first is on line 2"),
        WrongFile(
            "{state: /a, state: /b}\n",
            "1: state: is there twice; the first is on line 1"),
        WrongFile(
            "'': 1\n",
            "1: '': unknown key; known here: database, preset, state, time_zone, schedule, operations, rules, archive, limits, pacing, tables, log, web"
        ),
        WrongFile(
            "\"a\\nb\": 1\n",
            "1: 'a\\nb': unknown key; known here: database, preset, state, time_zone, schedule, operations, rules, archive, limits, pacing, tables, log, web"
        ),
        WrongFile(
            """
            operations:
              old_jobs:
                keep_by_status: {failed: 90d, FAILED: 30d}
            """,
            "3: operations.old_jobs.keep_by_status.FAILED: is there twice; the first is on line 3"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep_by_type:
                  imports: 3d
                  generate_detals: 3d
            """,
            "4: operations.old_jobs.keep_by_type.imports: unknown job type; did you mean 'import'? If the "
                + "application has a type 'imports', say so: operations.extra_job_types: [imports]",
            "5: operations.old_jobs.keep_by_type.generate_detals: unknown job type; did you mean "
                + "'generate_details'? If the application has a type 'generate_detals', say so: "
                + "operations.extra_job_types: [generate_detals]"),
        WrongFile(
            """
            operations:
              stale_jobs:
                timeouts:
                  '': 3m
            """,
            "4: operations.stale_jobs.timeouts.'': an empty job type"),
        WrongFile(
            """
            state: /a\r
            stat: /b\r
            """,
            "2: stat: unknown key; did you mean 'state'?"),
        WrongFile(
            """
            web:
              listen_adress: :9745
            """,
            "2: web.listen_adress: unknown key; did you mean 'listen_address'?"),
        WrongFile(
            "pacing: {batch: 5}\n",
            "1: pacing.batch: unknown key; known here: lock_target, pause, max_batch, wal_limit, "
                + "replication_lag, snapshot_age, throttle_query, vacuum_after_run"),
        WrongFile(
            """
            operations:
              extra_job_types: [report, Report]
            """,
            "2: operations.extra_job_types: report is there twice"),
    ]

    @Test(arguments: files) func saysWhatIsWrong(_ wrong: WrongFile) {
        #expect(Loading(wrong.file).problems == wrong.messages)
    }
}
