/// How it is now.
enum StatusRow {
    static func row(_ metric: Selectors, _ steps: DashboardSteps) -> DashboardPage.Row {
        DashboardPage.Row(
            title: "Now", panels: [health(metric), schedule(metric), work(metric), [alerts(metric)]].flatMap { $0 })
    }

    /// The query always has a row, so that a panel without alerts isn't one without data; the table leaves it out.
    private static func alerts(_ metric: Selectors) -> Panel {
        .table(
            "Active alerts",
            "Alerts of these sidecars that are firing now. The runbook says what each means and what to do.",
            [
                Target(
                    expression: """
                        sum by (alertname, severity, instance) (\(metric("ALERTS", "alertstate=\"firing\"")))
                          or
                        0 * count by (instance) (\(metric("up")))
                        """,
                    shape: .table)
            ],
            unit: "short", empty: "no alert is firing", width: 24, height: 5, sortBy: "Severity", overrides: [],
            transformations: [
                Transformation.withoutZeros(in: "Value"),
                Transformation.organize(
                    hide: ["Time", "Value"],
                    names: [
                        ("alertname", "Alert"), ("severity", "Severity"), ("instance", "Instance"),
                    ]),
            ])
    }

    private static let unscraped = "not scraped now"

    private static func health(_ metric: Selectors) -> [Panel] {
        let success = metric("jobsweep_last_success_timestamp_seconds")
        return [
            .stat(
                "Database", "Whether the last look at the application's database worked.",
                [Target(expression: "min by (job, instance) (\(metric("jobsweep_up")))", legend: "{{instance}}")],
                unit: "none", empty: unscraped, width: 3,
                mappings: Mapping.values([("0", "unreachable", "red"), ("1", "reachable", "green")])),
            .stat(
                "Since last success",
                "The time since a run last completed without errors. It survives restarts.",
                [
                    Target(
                        expression: "time() - max by (job, instance) (\(success) > 0)", legend: "{{instance}}")
                ],
                unit: "s", empty: "never succeeded yet", width: 3, decimals: 0),
            .share(
                "Silence used",
                """
                The time since the last success as a share of 2.5 intervals of the sidecar's own schedule, at which \
                JobsweepNoRecentSuccess becomes true. Up to 40 % is usual.
                """,
                [
                    Target(
                        expression: """
                            max by (job, instance) (
                              (time() - (\(success) > 0)) / (2.5 * \(metric("jobsweep_schedule_interval_seconds")))
                            )
                            """,
                        legend: "{{instance}}")
                ],
                empty: "never succeeded yet", width: 3,
                thresholds: Thresholds(steps: [(0, "green"), (0.6, "orange"), (1, "red")])),
        ]
    }

    private static func schedule(_ metric: Selectors) -> [Panel] {
        let next = metric("jobsweep_next_run_timestamp_seconds")
        return [
            .stat(
                "Next run", "When the schedule starts the next run.",
                [
                    Target(
                        expression: "1000 * max by (job, instance) (\(next) > 0)", legend: "{{instance}}")
                ],
                unit: "dateTimeFromNow", empty: "no run is scheduled", width: 3),
            .stat(
                "Running", "Whether a run is under way.",
                [Target(expression: "max by (job, instance) (\(metric("jobsweep_running")))", legend: "{{instance}}")],
                unit: "none", empty: unscraped, width: 3,
                mappings: Mapping.values([("0", "idle", "text"), ("1", "running", "blue")])),
        ]
    }

    private static func work(_ metric: Selectors) -> [Panel] {
        [
            .stat(
                "Backlog",
                "Rows that were still eligible after the last run, all operations together; unknown where one didn't get its turn.",
                [Target(expression: "sum(\(metric("jobsweep_backlog_rows")) >= 0)", legend: "rows")],
                unit: "short", empty: unscraped, width: 3,
                thresholds: Thresholds(steps: [(0, "green"), (1, "orange")]), mappings: Mapping.unknown),
            .stat(
                "Errors", "Cleanup errors in the time range of the dashboard.",
                [
                    Target(
                        expression: "sum(round(increase(\(metric("jobsweep_errors_total"))[$__range])))",
                        legend: "errors", shape: .instant)
                ],
                unit: "short", empty: unscraped, width: 3, thresholds: .red(from: 1), decimals: 0),
            .stat(
                "Held",
                "Operations of which nothing is done until somebody approves them, because something about them is out of the ordinary.",
                [Target(expression: "sum(\(metric("jobsweep_operation_held")))", legend: "operations")],
                unit: "short", empty: unscraped, width: 3,
                thresholds: Thresholds(steps: [(0, "green"), (1, "orange")]), decimals: 0),
        ]
    }
}
