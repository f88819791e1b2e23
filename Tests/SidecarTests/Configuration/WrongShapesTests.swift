import Testing

/// A list, a map or nothing at all where something else is wanted.
@Suite struct WrongShapesTests {
    static let files = [
        WrongFile(
            """
            operations:
              old_jobs:
                keep:
            """,
            "3: operations.old_jobs.keep: has no value; give one or leave the key out"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep: ~
            """,
            "3: operations.old_jobs.keep: has no value; give one or leave the key out"),
        WrongFile(
            """
            operations:
              stale_jobs:
                default_timeout: [30m]
            """,
            "3: operations.stale_jobs.default_timeout: wants a duration such as 30m, not a list"),
        WrongFile(
            """
            operations:
              stale_jobs:
                timeouts: 30m
            """,
            "3: operations.stale_jobs.timeouts: wants a map of job types to durations, not '30m'"),
        WrongFile(
            """
            operations:
              stale_jobs:
                timeouts: [analysis]
            """,
            "3: operations.stale_jobs.timeouts: wants a map of job types to durations, not a list"),
        WrongFile(
            """
            operations:
              stale_jobs:
                timeouts:
            """,
            "3: operations.stale_jobs.timeouts: has no value; give one or leave the key out"),
        WrongFile(
            """
            operations:
              - stale_jobs
            """,
            "1: operations: wants a map of settings, not a list"),
        WrongFile(
            "operations:\n",
            "1: operations: has nothing in it; leave the key out, or fill it"),
        WrongFile(
            "schedule: 30m\n",
            "1: schedule: wants a map of settings, not '30m'"),
        WrongFile(
            "state: {directory: /x}\n",
            "1: state: wants the path of a directory, not a map"),
        WrongFile(
            """
            operations:
              stale_jobs:
                timeouts:
                  analysis: {x: 1}
            """,
            "4: operations.stale_jobs.timeouts.analysis: wants a duration such as 30m, not a map"),
        WrongFile(
            """
            tables:
              jobs:
                table: [job]
            """,
            "3: tables.jobs.table: wants a name, not a list"),
        WrongFile(
            "web: {listen_address: 127.0.0.1}\n",
            "1: web.listen_address: '127.0.0.1' is not an address to listen on: it has no port, such as "
                + "127.0.0.1:9745"),
        WrongFile(
            "web: {listen_address: {a: b}}\n",
            "1: web.listen_address: wants a list of addresses such as 127.0.0.1:9745, not a map"),
        WrongFile(
            """
            operations:
              extra_job_types: {report: true}
            """,
            "2: operations.extra_job_types: wants a list of job types, not a map"),
        WrongFile(
            """
            schedule:
              cron:
                - 0 3 * * *
            """,
            "2: schedule.cron: wants a cron expression such as \"0 3 * * *\", not a list"),
        WrongFile(
            """
            tables:
              jobs: job
            """,
            "2: tables.jobs: wants a map of settings, not 'job'"),
        WrongFile(
            """
            web:
              listen_address: 9745
            """,
            "2: web.listen_address: '9745' is not an address to listen on: it is a port alone; write 127.0.0.1:9745, or :9745 for every address"
        ),
        WrongFile(
            "log: info\n",
            "1: log: wants a map of settings, not 'info'"),
    ]

    @Test(arguments: files) func saysWhatIsWrong(_ wrong: WrongFile) {
        #expect(Loading(wrong.file).problems == wrong.messages)
    }
}
