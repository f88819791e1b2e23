import Testing

/// Switches and times of operations that can't be.
@Suite struct WrongOperationsTests {
    static let files = [
        WrongFile(
            """
            operations:
              old_jobs:
                enabled: maybe
            """,
            "3: operations.old_jobs.enabled: 'maybe' is neither true nor false"),
        WrongFile(
            """
            operations:
              old_jobs:
                enabled: 1
            """,
            "3: operations.old_jobs.enabled: '1' is neither true nor false"),
        WrongFile(
            """
            operations:
              old_jobs:
                enabled: yes
            """,
            "3: operations.old_jobs.enabled: 'yes' is neither true nor false"),
        WrongFile(
            """
            operations:
              old_jobs:
                enabled: "true"
            """,
            "3: operations.old_jobs.enabled: 'true' is text; write it without quotes"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep: 30
            """,
            "3: operations.old_jobs.keep: '30' has no unit; write 30d, 30h, 30m or 30s"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep: yes
            """,
            "3: operations.old_jobs.keep: 'yes' is not a duration; write one such as 30d, 5m or 1h30m"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep: 30 days
            """,
            "3: operations.old_jobs.keep: '30 days' is not a duration; write one such as 30d, 5m or 1h30m"),
        WrongFile(
            """
            operations:
              old_downloads:
                keep: forever
            """,
            "3: operations.old_downloads.keep: 'forever' is not a duration; write one such as 30d, 5m or 1h30m"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep: -30d
            """,
            "3: operations.old_jobs.keep: '-30d' is negative; a duration counts up from 0s"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep: 1.5d
            """,
            "3: operations.old_jobs.keep: '1.5d' has a fraction; write whole numbers, such as 1h30m"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep: 30D
            """,
            "3: operations.old_jobs.keep: '30D' is not a duration: 'D' is no unit; units are y, w, d, h, m, s and ms"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep: 5m1h
            """,
            "3: operations.old_jobs.keep: '5m1h' is not a duration: the units y, w, d, h, m, s and ms stand in "
                + "this order, each at most once"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep: 1d1d
            """,
            "3: operations.old_jobs.keep: '1d1d' is not a duration: the units y, w, d, h, m, s and ms stand in "
                + "this order, each at most once"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep: 99999999999999999999d
            """,
            "3: operations.old_jobs.keep: '99999999999999999999d' is too long a duration"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep: 9223372036854775807d
            """,
            "3: operations.old_jobs.keep: '9223372036854775807d' is too long a duration"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep: 200y
            """,
            "3: operations.old_jobs.keep: '200y' is too long; it must be at most 36500d"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep: ''
            """,
            "3: operations.old_jobs.keep: is empty; write a duration such as 30d, 5m or 1h30m"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep: 0s
            """,
            "3: operations.old_jobs.keep: '0s' is too short; it must be at least 1h, or what has just ended would "
                + "be deleted"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep: 0
            """,
            "3: operations.old_jobs.keep: '0' is too short; it must be at least 1h, or what has just ended would "
                + "be deleted"),
        WrongFile(
            """
            operations:
              old_jobs:
                keep: 59m
            """,
            "3: operations.old_jobs.keep: '59m' is too short; it must be at least 1h, or what has just ended would "
                + "be deleted"),
        WrongFile(
            """
            operations:
              stale_jobs:
                heartbeat_grace: true
            """,
            "3: operations.stale_jobs.heartbeat_grace: 'true' is not a duration; write one such as 30d, 5m or 1h30m"),
        WrongFile(
            """
            operations:
              stale_jobs:
                default_timeout: 0s
            """,
            "3: operations.stale_jobs.default_timeout: '0s' is too short; it must be at least 1s, or every job "
                + "would count as dead at once"),
        WrongFile(
            """
            operations:
              stale_jobs:
                timeouts:
                  analysis: long
            """,
            "4: operations.stale_jobs.timeouts.analysis: 'long' is not a duration; write one such as 30d, 5m or 1h30m"),
    ]

    @Test(arguments: files) func saysWhatIsWrong(_ wrong: WrongFile) {
        #expect(Loading(wrong.file).problems == wrong.messages)
    }
}
