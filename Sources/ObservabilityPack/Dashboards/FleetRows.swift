/// The fleet: numbers over all sidecars, one line for each, and how they change.
enum FleetRows {
    static func summary(_ metric: Selectors) -> DashboardPage.Row {
        let unscraped = "Prometheus has no target of this job"
        let silence = """
            (time() - \(metric("jobsweep_last_success_timestamp_seconds")))
                > 2.5 * \(metric("jobsweep_schedule_interval_seconds"))
            """
        return DashboardPage.Row(
            title: "All together",
            panels: [
                count("Targets", "Sidecars that Prometheus scrapes.", "count(\(metric("up")))", unscraped, .none),
                count(
                    "Down", "Targets whose last scrape failed.",
                    "count(\(metric("up")) == 0) or 0 * count(\(metric("up")))",
                    unscraped, .red(from: 1)),
                count(
                    "Database unreachable", "Sidecars that can't use their application's database.",
                    "count(\(metric("jobsweep_up")) == 0) or 0 * count(\(metric("up")))", unscraped, .red(from: 1)),
                count(
                    "Without recent success",
                    "Sidecars that have not succeeded for 2.5 of their intervals, those that never did among them.",
                    "count(\(silence)) or 0 * count(\(metric("up")))", unscraped, .red(from: 1)),
                count(
                    "Backlog", "Rows still eligible after the last runs.",
                    "sum(\(metric("jobsweep_backlog_rows")) >= 0)",
                    "not scraped now", Thresholds(steps: [(0, "green"), (1, "orange")])),
                count(
                    "Errors", "Cleanup errors in the time range.",
                    "sum(round(increase(\(metric("jobsweep_errors_total"))[$__range])))", "not scraped now",
                    .red(from: 1)),
            ])
    }

    static func table(_ metric: Selectors) -> DashboardPage.Row {
        DashboardPage.Row(title: "One by one", panels: [FleetTable.panel(metric)])
    }

    static func trends(_ metric: Selectors, _ steps: DashboardSteps) -> DashboardPage.Row {
        let unscraped = "no scrape of jobsweep in the time range"
        return DashboardPage.Row(
            title: "Over time",
            panels: [
                .graph(
                    "Rows changed by the last run", "Rows that the last run of each sidecar deleted or updated.",
                    [
                        Target(
                            expression: "sum by (job, instance) (\(metric("jobsweep_last_run_rows")))",
                            legend: "{{instance}}")
                    ],
                    unit: "short", empty: unscraped, width: 8, style: .steps),
                .graph(
                    "Backlog over time", "Rows still eligible after the last run of each sidecar.",
                    [
                        Target(
                            expression: "sum by (job, instance) (\(metric("jobsweep_backlog_rows")) >= 0)",
                            legend: "{{instance}}")
                    ],
                    unit: "short", empty: unscraped, width: 8, style: .steps),
                .graph(
                    "Errors over time", "Cleanup errors of each sidecar in each step.",
                    [
                        Target(
                            expression: """
                                sum by (job, instance) (
                                  round(increase(\(metric("jobsweep_errors_total"))[$__rate_interval]))
                                )
                                """,
                            legend: "{{instance}}")
                    ],
                    unit: "short", empty: unscraped, width: 8, style: .bars, decimals: 0, interval: steps.perRun),
            ])
    }

    private static func count(
        _ title: String, _ description: String, _ expression: String, _ empty: String, _ thresholds: Thresholds
    ) -> Panel {
        .stat(
            title, description, [Target(expression: expression, legend: title, shape: .instant)], unit: "short",
            empty: empty, width: 4, thresholds: thresholds, decimals: 0)
    }
}
