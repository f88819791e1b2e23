/// Recording rules for stale jobs of a type: how many died lately, and the most that ever did in such a time.
///
/// The comparison is with the worst window of the days before rather than with a mean: jobs that die once a night, or in one
/// batch a day because the schedule says so, are usual. `x - min_over_time(x)` is an exact increase, which `increase()` is
/// not; the series exists at zero from the first scrape, so nothing is lost at its birth.
enum StaleJobHistory {
    static let recent = "instance_job_type:jobsweep_stale_jobs:recent"
    static let usualMaximum = "instance_job_type:jobsweep_stale_jobs:usual_max"

    /// Two hours, or four intervals of a slower schedule.
    static func windowSeconds(_ options: PackOptions) -> Int { max(7200, 4 * options.scheduleSeconds) }

    static func rules(_ options: PackOptions, _ metric: Selectors) -> [RecordingRule] {
        let window = windowSeconds(options)
        // A step of half a window can't miss a window; the day that is left out keeps a surge from becoming usual at once.
        let days = PromQL.duration(max(13 * 86_400, 20 * window))
        let past = "[\(days):\(PromQL.duration(window / 2))] offset \(PromQL.duration(max(86_400, 4 * window)))"
        let failed = metric("jobsweep_stale_jobs_total", "outcome=\"failed\"")
        return [
            RecordingRule(
                record: recent,
                expression: """
                    sum without (outcome) (
                        \(failed)
                      -
                        min_over_time(\(failed)[\(PromQL.duration(window))])
                    )
                    """),
            RecordingRule(record: usualMaximum, expression: "max_over_time(\(metric(recent))\(past))"),
        ]
    }
}
