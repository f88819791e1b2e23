import Testing

/// Everything that is wrong is said at once.
@Suite struct ManyMistakesTests {
    static let files = [
        WrongFile(
            """
            state: /a
            "state": /b
            state: /c
            foo: 1
            """,
            "2: state: is there twice; the first is on line 1",
            "3: state: is there twice; the first is on line 1",
            "4: foo: unknown key; known here: database, preset, state, time_zone, schedule, operations, rules, archive, limits, pacing, tables, log, web"
        ),
        WrongFile(
            """
            x: &a 3
            y: *a
            """,
            "1: &a: anchors and aliases are not taken; write the value where it belongs",
            "1: x: unknown key; known here: database, preset, state, time_zone, schedule, operations, rules, archive, limits, pacing, tables, log, web",
            "2: y: unknown key; known here: database, preset, state, time_zone, schedule, operations, rules, archive, limits, pacing, tables, log, web"
        ),
        WrongFile(
            """
            schedule:
              every: soon
              evry: 1h
            operations:
              old_jobs: {kep: 3d, enabled: 1}
              old_downloads: {keep: 14}
            state: ''
            log: {level: loud}
            """,
            "2: schedule.every: 'soon' is not a duration; write one such as 30d, 5m or 1h30m",
            "3: schedule.evry: unknown key; did you mean 'every'?",
            "5: operations.old_jobs.kep: unknown key; did you mean 'keep'?",
            "5: operations.old_jobs.enabled: '1' is neither true nor false",
            "6: operations.old_downloads.keep: '14' has no unit; write 14d, 14h, 14m or 14s",
            "7: state: is empty; write a path",
            "8: log.level: 'loud' is unknown; write trace, debug, info, notice, warning, error or critical"),
        // Found in another order: values first, then how they go together.
        WrongFile(
            """
            operations:
              old_jobs:
                keep_by_type: {exprot: 90d}
              old_downloads: {keep: 14}
            tables: {jobs: {type: status}}
            state: &here /a
            log: {level: loud}
            """,
            "3: operations.old_jobs.keep_by_type.exprot: unknown job type; did you mean 'export'? If the application has a "
                + "type 'exprot', say so: operations.extra_job_types: [exprot]",
            "4: operations.old_downloads.keep: '14' has no unit; write 14d, 14h, 14m or 14s",
            "5: tables.jobs.type: 'status' is tables.jobs.status already",
            "6: &here: anchors and aliases are not taken; write the value where it belongs",
            "7: log.level: 'loud' is unknown; write trace, debug, info, notice, warning, error or critical"),
    ]

    @Test(arguments: files) func saysWhatIsWrong(_ wrong: WrongFile) {
        #expect(Loading(wrong.file).problems == wrong.messages)
    }
}
