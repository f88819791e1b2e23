/// How long runs take, and how long they hold the application up.
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
                    unit: "s", empty: "no run has finished in the time range", width: 8, style: .dots,
                    interval: steps.perRun),
                .graph(
                    "Last run by operation", "How long each operation of the last run took.",
                    [
                        Target(
                            expression:
                                "max by (operation) (\(metric("jobsweep_last_run_operation_duration_seconds")))",
                            legend: "{{operation}}")
                    ],
                    unit: "s", empty: "no scrape of jobsweep in the time range", width: 8, style: .stackedSteps),
                .graph(
                    "Write lock per batch",
                    """
                    How long batches held the database's write lock, as quantiles of each step: the application's writers \
                    wait as long. Steps without a batch are blank.
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
                    unit: "s", empty: "no batch was written in the time range", width: 8, style: .dots,
                    interval: steps.perRun),
            ])
    }

    private static func quantile(_ quantile: String, of buckets: String, legend: String) -> Target {
        Target(
            expression: "histogram_quantile(\(quantile), sum by (le) (rate(\(buckets)[$__rate_interval])))",
            legend: legend)
    }
}
