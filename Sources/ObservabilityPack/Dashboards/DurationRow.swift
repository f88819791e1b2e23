/// How long runs take, how long they hold the application up, and how long they wait for it.
enum DurationRow {
    static func row(_ metric: Selectors, _ steps: DashboardSteps) -> DashboardPage.Row {
        let start = metric("jobsweep_last_run_start_timestamp_seconds")
        let completion = metric("jobsweep_last_run_completion_timestamp_seconds")
        return DashboardPage.Row(
            title: "Time",
            panels: [
                .graph(
                    "Run duration",
                    """
                    The last run's duration, and quantiles of the runs in each step, which are estimates within the \
                    histogram's buckets.
                    """,
                    [
                        Target(
                            expression: "max by (job, instance) (\(completion) - \(start) >= 0)",
                            legend: "{{instance}} last run"),
                        quantile("0.5", of: metric("jobsweep_run_duration_seconds_bucket"), legend: "median"),
                        quantile("0.95", of: metric("jobsweep_run_duration_seconds_bucket"), legend: "95 %"),
                    ],
                    unit: "s", empty: "no run has finished in the time range", width: 12, style: .lineOverGaps,
                    interval: steps.perRun),
                .graph(
                    "Last run by operation", "How long each operation of the last run took.",
                    [
                        Target(
                            expression:
                                "max by (operation) (\(metric("jobsweep_last_run_operation_duration_seconds")))",
                            legend: "{{operation}}")
                    ],
                    unit: "s", empty: "no scrape of jobsweep in the time range", width: 12, style: .stackedSteps),
                .graph(
                    "Write lock per batch",
                    """
                    How long batches held the database's write lock, as quantiles of each step: the application's writers \
                    wait as long. Lines go over steps without a batch.
                    """,
                    [
                        quantile("0.5", of: metric("jobsweep_write_lock_seconds_bucket"), legend: "median"),
                        quantile("0.99", of: metric("jobsweep_write_lock_seconds_bucket"), legend: "99 %"),
                        Target(
                            expression: """
                                sum(rate(\(metric("jobsweep_write_lock_seconds_sum"))[$__rate_interval]))
                                  /
                                sum(rate(\(metric("jobsweep_write_lock_seconds_count"))[$__rate_interval]) > 0)
                                """,
                            legend: "mean"),
                    ],
                    unit: "s", empty: "no batch was written in the time range", width: 12, style: .lineOverGaps,
                    interval: steps.perRun),
                pauses(metric, steps),
            ])
    }

    private static func pauses(_ metric: Selectors, _ steps: DashboardSteps) -> Panel {
        .graph(
            "Pauses by reason",
            """
            How long runs waited for others' sake in each step: for the application's writers (application), for a log that had to be \
            written back (checkpoint), for replicas (replication), old snapshots (snapshot), an autovacuum, or because a query of the \
            configuration said so (throttle_query).
            """,
            [
                Target(
                    expression:
                        "sum by (reason) (increase(\(metric("jobsweep_pause_seconds_total"))[$__rate_interval]))",
                    legend: "{{reason}}")
            ],
            unit: "s", empty: "no scrape of jobsweep in the time range", width: 12, style: .bars,
            interval: steps.perRun)
    }

    /// Without the NaN of a step in which nothing was measured: a line goes over what isn't there, and not over NaN.
    private static func quantile(_ quantile: String, of buckets: String, legend: String) -> Target {
        Target(
            expression: "histogram_quantile(\(quantile), sum by (le) (rate(\(buckets)[$__rate_interval]))) >= 0",
            legend: legend)
    }
}
