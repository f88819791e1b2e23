/// Alerts on the application's database file and on what jobsweep does to its writers.
enum DatabaseAlerts {
    static func rules(_ metric: Selectors) -> [AlertRule] {
        [databaseGrowing(metric), writeAheadLogGrowing(metric), writeLockHeld(metric)]
    }

    /// Free pages don't count: a file that was vacuumed or filled up with free pages has not grown.
    private static func databaseGrowing(_ metric: Selectors) -> AlertRule {
        let now = DatabaseData.bytes(metric)
        let before = DatabaseData.bytes(metric, " offset 7d")
        return AlertRule(
            name: .databaseGrowing,
            expression: """
                (
                    (\(now))
                  > 1.5 *
                    (\(before))
                )
                and
                    (\(now))
                  -
                    (\(before))
                  > 268435456
                """,
            holdFor: "1h",
            summary: "The database of {{ $labels.instance }} grew by more than half in a week",
            description: """
                The application's database on {{ $labels.instance }} holds {{ $value | humanize1024 }}B of data, more than \
                one and a half times what it held a week ago: it takes up more than retention gives back.
                """)
    }

    private static func writeAheadLogGrowing(_ metric: Selectors) -> AlertRule {
        let log = metric("jobsweep_database_wal_bytes")
        return AlertRule(
            name: .writeAheadLogGrowing,
            expression: """
                (\(log) > 1.1 * \(log) offset 30m)
                and
                  \(log) > 268435456
                """,
            holdFor: "30m",
            summary: "The write-ahead log on {{ $labels.instance }} keeps growing",
            description: """
                The write-ahead log of the application's database on {{ $labels.instance }} is {{ $value | humanize1024 }}B \
                and has grown for an hour: something keeps a read transaction open, so that no checkpoint gets through.
                """)
    }

    /// Batches aim at milliseconds. Differences of the counters are exact, which `increase()` is not.
    private static func writeLockHeld(_ metric: Selectors) -> AlertRule {
        let all = metric("jobsweep_write_lock_seconds_count")
        let quick = metric("jobsweep_write_lock_seconds_bucket", "le=\"0.5\"")
        return AlertRule(
            name: .writeLockHeld,
            expression: """
                (\(all) - min_over_time(\(all)[1h]))
                - ignoring (le)
                (\(quick) - min_over_time(\(quick)[1h]))
                >= 3
                """,
            summary: "jobsweep on {{ $labels.instance }} holds up the application's writers",
            description: """
                {{ $value }} batches of {{ $labels.instance }} held the database's write lock for more than half a second \
                in the last hour. The application's writes wait as long.
                """)
    }
}
