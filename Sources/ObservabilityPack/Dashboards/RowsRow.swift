/// What runs did to rows.
enum RowsRow {
    /// What graphs of large counts say of themselves.
    private static let inexact =
        "Prometheus extrapolates: large counts can be off by two percent. Rows changed by the last run has exact ones."

    private static let unscraped = "no scrape of jobsweep in the time range"

    static func row(_ metric: Selectors, _ steps: DashboardSteps) -> DashboardPage.Row {
        DashboardPage.Row(
            title: "Rows", panels: changed(metric) + deleted(metric, steps) + [skipped(metric, steps)])
    }

    private static func changed(_ metric: Selectors) -> [Panel] {
        [
            .graph(
                "Rows changed by the last run", "Rows that the last run deleted or updated, exact, by operation.",
                [
                    Target(
                        expression: "sum by (operation) (\(metric("jobsweep_last_run_rows")))", legend: "{{operation}}")
                ],
                unit: "short", empty: unscraped, width: 12, style: .stackedSteps),
            .graph(
                "Backlog by operation",
                "Rows that were still eligible after the last run, and how that changes. It should come back to zero.",
                [
                    Target(
                        expression: "sum by (operation) (\(metric("jobsweep_backlog_rows")) >= 0)",
                        legend: "{{operation}}")
                ],
                unit: "short", empty: unscraped, width: 12, style: .stackedSteps),
        ]
    }

    private static func deleted(_ metric: Selectors, _ steps: DashboardSteps) -> [Panel] {
        [
            .graph(
                "Old jobs deleted by type",
                "Old jobs deleted in each step. Unknown types are `other`. \(inexact)",
                [
                    Target(
                        expression:
                            "sum by (job_type) (round(increase(\(metric("jobsweep_jobs_deleted_total"))[$__rate_interval])))",
                        legend: "{{job_type}}")
                ],
                unit: "short", empty: unscraped, width: 8, style: .bars, decimals: 0, interval: steps.perRun),
            .graph(
                "Rows deleted by operation",
                "Rows deleted in each step, and rows of other tables that went with them. \(inexact)",
                [
                    Target(expression: increase(metric("jobsweep_rows_deleted_total")), legend: "{{operation}}"),
                    Target(
                        expression: "\(increase(metric("jobsweep_dependents_deleted_total")))",
                        legend: "with {{operation}}"),
                ],
                unit: "short", empty: unscraped, width: 8, style: .bars, decimals: 0, interval: steps.perRun),
        ]
    }

    private static func increase(_ selector: String) -> String {
        "sum by (operation) (round(increase(\(selector)[$__rate_interval])))"
    }

    private static func skipped(_ metric: Selectors, _ steps: DashboardSteps) -> Panel {
        .graph(
            "Rows left alone, with the reason",
            """
            Rows that were eligible by age and were left alone: their job shows signs of life (alive), the application changed \
            them meanwhile (changed), a time could not be read (unreadable) or lies ahead (future), a status is nobody's \
            (unknown), a row in use would go with them (referenced), or they were locked (busy).
            """,
            [
                Target(
                    expression: """
                        sum by (operation, reason) (
                          round(increase(\(metric("jobsweep_rows_skipped_total"))[$__rate_interval]))
                        )
                        """,
                    legend: "{{operation}}: {{reason}}")
            ],
            unit: "short", empty: unscraped, width: 8, style: .bars, decimals: 0, interval: steps.perRun)
    }
}
