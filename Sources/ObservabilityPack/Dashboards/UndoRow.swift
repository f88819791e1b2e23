/// What can be put back of what runs took away.
enum UndoRow {
    static func row(_ metric: Selectors) -> DashboardPage.Row {
        DashboardPage.Row(
            title: "Undo",
            panels: [
                .graph(
                    "Archives",
                    """
                    The size of the archives of what runs took away and `jobsweep restore` can put back. `archive.keep` and \
                    `archive.max_size` bound it; the oldest go first.
                    """,
                    [
                        Target(
                            expression: "sum by (job, instance) (\(metric("jobsweep_archive_bytes")))",
                            legend: "{{instance}}")
                    ],
                    unit: "bytes", empty: "no scrape of jobsweep in the time range", width: 8),
                .graph(
                    "How far back runs can be undone",
                    """
                    The age of the oldest run whose rows can still be put back. It grows to `archive.keep`, where `archive.max_size` \
                    lets it; blank while there is none.
                    """,
                    [
                        Target(
                            expression:
                                "time() - min by (job, instance) (\(metric("jobsweep_archive_oldest_timestamp_seconds")) > 0)",
                            legend: "{{instance}}")
                    ],
                    unit: "s", empty: "no run can be undone", width: 8),
                .graph(
                    "What can't be undone, what isn't begun",
                    """
                    Rows of the last run that its archive had no room for (`JobsweepArchiveFull`), and 1 while the sidecar doesn't \
                    believe its wall clock and begins no run (`JobsweepClockSuspect`). Zero is good.
                    """,
                    [
                        Target(
                            expression: "sum by (job, instance) (\(metric("jobsweep_last_run_unarchived_rows")))",
                            legend: "rows not kept, {{instance}}"),
                        Target(
                            expression: "max by (job, instance) (\(metric("jobsweep_clock_suspect")))",
                            legend: "clock suspect, {{instance}}"),
                    ],
                    unit: "short", empty: "no scrape of jobsweep in the time range", width: 8,
                    overrides: [Override.zerosUnnamed]),
            ])
    }
}
