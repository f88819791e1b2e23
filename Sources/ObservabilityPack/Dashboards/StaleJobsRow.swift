/// Jobs that died, which says more about the application than about jobsweep.
enum StaleJobsRow {
    static func row(_ metric: Selectors, _ steps: DashboardSteps) -> DashboardPage.Row {
        let stale = metric("jobsweep_stale_jobs_total")
        return DashboardPage.Row(
            title: "Stale jobs",
            panels: [
                .graph(
                    "Stale jobs by type and outcome",
                    """
                    Jobs that ran past their timeout without a sign of life, settled in each step: as failed, or as completed \
                    if their progress was 100.
                    """,
                    [
                        Target(
                            expression:
                                "sum by (job_type, outcome) (round(increase(\(stale)[$__rate_interval])))",
                            legend: "{{job_type}}: {{outcome}}")
                    ],
                    unit: "short", empty: "no scrape of jobsweep in the time range", width: 16, style: .bars,
                    decimals: 0,
                    interval: steps.perRun),
                .table(
                    "Stale jobs in the time range", "The same as numbers, most first.",
                    [
                        Target(
                            expression: "sum by (job_type, outcome) (round(increase(\(stale)[$__range])))",
                            shape: .table)
                    ],
                    unit: "short", empty: "no stale job in the time range", width: 8, height: 8, sortBy: "Jobs",
                    overrides: [],
                    transformations: [
                        Transformation.withoutZeros(in: "Value"),
                        Transformation.organize(
                            hide: ["Time"],
                            names: [("job_type", "Type"), ("outcome", "Outcome"), ("Value", "Jobs")]),
                    ]),
            ])
    }
}
