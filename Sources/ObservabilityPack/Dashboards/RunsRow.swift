/// When it ran, how runs ended, and which did not start.
enum RunsRow {
    static func row(_ metric: Selectors, _ steps: DashboardSteps) -> DashboardPage.Row {
        DashboardPage.Row(
            title: "Runs",
            panels: [
                timeline(metric), ended(metric, steps), errors(metric, steps), skipped(metric, steps), held(metric),
            ])
    }

    private static func timeline(_ metric: Selectors) -> Panel {
        let success = metric("jobsweep_last_success_timestamp_seconds")
        let completion = metric("jobsweep_last_run_completion_timestamp_seconds")
        return .timeline(
            "State",
            """
            Whether Prometheus could scrape the sidecar, whether the sidecar could use the database, whether a run was under \
            way, and how the last finished run ended. Runs shorter than a scrape interval may not show in the third row.
            """,
            [
                Target(expression: "max by (job, instance) (\(metric("up")))", legend: "{{instance}} scrape"),
                Target(
                    expression: "max by (job, instance) (\(metric("jobsweep_up")))", legend: "{{instance}} database"),
                Target(
                    expression: "max by (job, instance) (\(metric("jobsweep_running")))", legend: "{{instance}} run"),
                Target(
                    expression: """
                        max by (job, instance) (
                          (\(success) >= bool \(completion)) + (\(completion) == bool 0)
                        )
                        """,
                    legend: "{{instance}} last run"),
            ],
            empty: "Prometheus has no target of this job in the time range",
            overrides: [
                Override.query("A", [("mappings", Mapping.values([("0", "down", "red"), ("1", "up", "green")]))]),
                Override.query(
                    "B", [("mappings", Mapping.values([("0", "unreachable", "red"), ("1", "reachable", "green")]))]),
                Override.query("C", [("mappings", Mapping.values([("0", "idle", "text"), ("1", "running", "blue")]))]),
                Override.query(
                    "D",
                    [
                        (
                            "mappings",
                            Mapping.values([
                                ("0", "no success", "orange"), ("1", "success", "green"), ("2", "none yet", "text"),
                            ])
                        )
                    ]),
            ])
    }

    private static func ended(_ metric: Selectors, _ steps: DashboardSteps) -> Panel {
        .graph(
            "Runs by how they ended", "Finished runs in each step, by status. Dry runs are not counted.",
            [
                Target(
                    expression: "sum by (status) (round(increase(\(metric("jobsweep_runs_total"))[$__rate_interval])))",
                    legend: "{{status}}")
            ],
            unit: "short", empty: "no scrape of jobsweep in the time range", width: 12, style: .bars, decimals: 0,
            overrides: [
                Override.color("completed", "green"), Override.color("completed_with_errors", "orange"),
                Override.color("failed", "red"), Override.color("cancelled", "text"),
            ],
            interval: steps.perRun)
    }

    private static func errors(_ metric: Selectors, _ steps: DashboardSteps) -> Panel {
        .graph(
            "Errors by operation", "Cleanup errors in each step. `run` is an error of the whole run.",
            [
                Target(
                    expression:
                        "sum by (operation) (round(increase(\(metric("jobsweep_errors_total"))[$__rate_interval])))",
                    legend: "{{operation}}")
            ],
            unit: "short", empty: "no scrape of jobsweep in the time range", width: 12, style: .bars, decimals: 0,
            interval: steps.perRun)
    }

    private static func skipped(_ metric: Selectors, _ steps: DashboardSteps) -> Panel {
        .graph(
            "Runs that did not start",
            """
            Due times and requests at which no run started: another run was under way (overlap), the due time was missed by \
            too much (misfire), or the application was cleaning up itself.
            """,
            [
                Target(
                    expression:
                        "sum by (reason) (round(increase(\(metric("jobsweep_runs_skipped_total"))[$__rate_interval])))",
                    legend: "{{reason}}")
            ],
            unit: "short", empty: "no scrape of jobsweep in the time range", width: 12, style: .bars, decimals: 0,
            interval: steps.perRun)
    }

    private static func held(_ metric: Selectors) -> Panel {
        .graph(
            "Held operations",
            """
            Operations that were held, since far more rows were due than usual, they would have changed most of what there is, or \
            their tables had changed. `jobsweep preview` shows what they would do, `jobsweep approve` lets them go on once.
            """,
            [
                Target(
                    expression: "sum by (operation) (\(metric("jobsweep_operation_held")))", legend: "{{operation}}")
            ],
            unit: "short", empty: "no scrape of jobsweep in the time range", width: 12, style: .stackedSteps,
            decimals: 0)
    }
}
