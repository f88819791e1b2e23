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
            ])
    }
}
