/// The application's database file.
enum DatabaseRow {
    static func row(_ metric: Selectors) -> DashboardPage.Row {
        let unscraped = "no scrape of jobsweep in the time range"
        let size = metric("jobsweep_database_size_bytes")
        let free = metric("jobsweep_database_free_bytes")
        return DashboardPage.Row(
            title: "Database",
            panels: [
                .graph(
                    "Database file",
                    """
                    The file's size, what of it is data, and what is free pages: deleted rows leave free pages, which are used \
                    again before the file grows. A server says its database's size alone.
                    """,
                    [
                        Target(expression: "sum by (job, instance) (\(size))", legend: "{{instance}} file"),
                        Target(
                            expression: "sum by (job, instance) (\(DatabaseData.bytes(metric)))",
                            legend: "{{instance}} data"),
                        Target(expression: "sum by (job, instance) (\(free))", legend: "{{instance}} free pages"),
                    ],
                    unit: "bytes", empty: unscraped, width: 12),
                .graph(
                    "Write-ahead log",
                    "The size of the write-ahead log. It is 0 for a database in rollback-journal mode.",
                    [
                        Target(
                            expression: "sum by (job, instance) (\(metric("jobsweep_database_wal_bytes")))",
                            legend: "{{instance}} log")
                    ],
                    unit: "bytes", empty: unscraped, width: 12),
            ] + server(metric))
    }

    /// What only a server tells of its database.
    private static func server(_ metric: Selectors) -> [Panel] {
        func worst(_ name: String) -> [Target] {
            [Target(expression: "max by (job, instance) (\(metric(name)))", legend: "{{instance}}")]
        }
        let isFile = "the database is no server's"
        return [
            .stat(
                "Server", "The database's server, its version, and whether it is reached through a pooler.",
                [
                    Target(
                        expression: "max by (engine, version, pooler) (\(metric("jobsweep_database_info")))",
                        legend: "{{engine}} {{version}} (pooler: {{pooler}})", shape: .instant)
                ],
                unit: "none", empty: isFile, width: 24, textMode: "name"),
            .graph(
                "Dead rows",
                """
                Rows that went or changed and whose space no new row can use yet, as PostgreSQL estimates them. They fall with each \
                vacuum; where they only rise, autovacuum doesn't keep up, or an old snapshot holds it back.
                """,
                worst("jobsweep_database_dead_rows"), unit: "short", empty: isFile, width: 8),
            .graph(
                "Replication lag",
                """
                How far the standby or slot that is furthest behind is behind. Runs wait above `pacing.replication_lag`. It is \
                unknown to a role that isn't a member of pg_monitor.
                """,
                worst("jobsweep_database_replication_lag_bytes"), unit: "bytes", empty: isFile, width: 8),
            .graph(
                "Oldest snapshot",
                """
                For how long another transaction has kept deleted rows alive. It is unknown to a role that isn't a member of \
                pg_monitor.
                """,
                worst("jobsweep_database_oldest_snapshot_seconds"), unit: "s", empty: isFile, width: 8),
        ]
    }
}
