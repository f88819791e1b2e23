import Testing

/// Schedules that can't be kept.
@Suite struct WrongSchedulesTests {
    static let files = [
        WrongFile(
            """
            schedule:
              every: 0s
            """,
            "2: schedule.every: '0s' is too short; it must be at least 1s"),
        WrongFile(
            """
            schedule:
              every: 500ms
            """,
            "2: schedule.every: '500ms' is too short; it must be at least 1s"),
        WrongFile(
            """
            schedule:
              every: 30m
              cron: 0 3 * * *
            """,
            "3: schedule.cron: excludes schedule.every, which line 2 sets; give one of the two"),
        WrongFile(
            """
            schedule:
              cron: 0 3 * *
            """,
            "2: schedule.cron: '0 3 * *' is not a cron expression: needs five fields (minute hour day-of-month "
                + "month day-of-week), got 4"),
        WrongFile(
            """
            schedule:
              cron: 60 * * * *
            """,
            "2: schedule.cron: '60 * * * *' is not a cron expression: minute: 60 is not between 0 and 59"),
        WrongFile(
            """
            schedule:
              cron: every night
            """,
            "2: schedule.cron: 'every night' is not a cron expression: needs five fields (minute hour day-of-month "
                + "month day-of-week), got 2"),
        WrongFile(
            """
            schedule:
              cron: 0 0 31 2 *
            """,
            "2: schedule.cron: '0 0 31 2 *' is not a cron expression: 0 0 31 2 * never comes true: there is no "
                + "such date"),
        WrongFile(
            """
            schedule:
              cron: '*/0 * * * *'
            """,
            "2: schedule.cron: '*/0 * * * *' is not a cron expression: minute: step \"0\" is not a number between "
                + "1 and 60"),
        WrongFile(
            """
            schedule:
              cron: 0 9-5 * * *
            """,
            "2: schedule.cron: '0 9-5 * * *' is not a cron expression: hour: 9-5 runs backwards"),
        WrongFile(
            """
            schedule:
              cron: 5
            """,
            "2: schedule.cron: '5' is not a cron expression: needs five fields (minute hour day-of-month month "
                + "day-of-week), got 1"),
        WrongFile(
            """
            schedule:
              misfire_grace: -5m
            """,
            "2: schedule.misfire_grace: '-5m' is negative; a duration counts up from 0s"),
        WrongFile(
            """
            schedule:
              timeout: 0s
            """,
            "2: schedule.timeout: '0s' is too short; it must be at least 1s"),
        WrongFile(
            """
            schedule:
              jitter: 1h
            """,
            "2: schedule.jitter: 1h is longer than the shortest time between two runs, 30m"),
        WrongFile(
            """
            schedule:
              every: 10s
              jitter: 1m
            """,
            "3: schedule.jitter: 1m is longer than the shortest time between two runs, 10s"),
        WrongFile(
            """
            schedule:
              first_run_after: 367d
            """,
            "2: schedule.first_run_after: '367d' is too long; it must be at most 366d"),
        WrongFile(
            """
            schedule:
              every: 30 m
            """,
            "2: schedule.every: '30 m' is not a duration; write one such as 30d, 5m or 1h30m"),
        WrongFile(
            """
            schedule:
              cron: 5/10 * * * *
            """,
            "2: schedule.cron: '5/10 * * * *' is not a cron expression: minute: 5/10 means 5 to some crons and "
                + "5-59/10 to others; write the one you mean"),
        WrongFile(
            """
            schedule:
              cron: ''
            """,
            "2: schedule.cron: '' is not a cron expression: needs five fields (minute hour day-of-month month "
                + "day-of-week), got 0"),
        WrongFile(
            """
            schedule:
              cron: 0 3 * * *
              jitter: 2d
            """,
            "3: schedule.jitter: 2d is longer than the shortest time between two runs, 1d"),
        WrongFile(
            """
            {
              "schedule": {"every": 30},
              "log": {"format": "xml"}
            }
            """,
            "2: schedule.every: '30' has no unit; write 30d, 30h, 30m or 30s",
            "3: log.format: 'xml' is unknown; write text or json"),
    ]

    @Test(arguments: files) func saysWhatIsWrong(_ wrong: WrongFile) {
        #expect(Loading(wrong.file).problems == wrong.messages)
    }
}
