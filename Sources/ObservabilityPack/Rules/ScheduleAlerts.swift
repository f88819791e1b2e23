/// Alerts on runs that don't come, don't end or don't succeed, measured in intervals of the exported schedule.
enum ScheduleAlerts {
    static func rules(_ metric: Selectors) -> [AlertRule] {
        [noRecentSuccess(metric), runOverdue(metric), runStuck(metric)]
    }

    private static let interval = "jobsweep_schedule_interval_seconds"

    /// The alert that catches whatever the others miss, so it relies on little.
    ///
    /// After a restart, and after an outage, one and a half intervals have to go by, since a due time missed meanwhile is
    /// skipped; a process that restarts over and over has no such claim. Before the first success the process' own age is what
    /// counts. A schedule made shorter must not turn the past into a fault: the longest interval of the last day holds. Runs
    /// that end with errors did their work: they are `JobsweepCleanupErrors`, as long as they come.
    private static func noRecentSuccess(_ metric: Selectors) -> AlertRule {
        let now = ClockOffset.now(metric)
        let success = metric("jobsweep_last_success_timestamp_seconds")
        let completion = metric("jobsweep_last_run_completion_timestamp_seconds")
        let started = metric("process_start_time_seconds")
        return AlertRule(
            name: .noRecentSuccess,
            expression: """
                (
                    (
                        \(now) - (\(success) > 0)
                      > 2.5 * max_over_time(\(metric(interval))[1d])
                    and
                      (
                          \(now) - \(started)
                        > 1.5 * \(metric(interval))
                      or
                        changes(\(started)[7d]) >= 3
                      )
                    )
                  or
                    (
                        \(now) - \(started)
                      > 2.5 * \(metric(interval))
                    and
                      \(success) == 0
                    )
                )
                unless
                  (
                      \(now) - \(completion)
                    <= 2.5 * \(metric(interval))
                  and ignoring (status)
                    \(metric(RunMemory.runsSinceSuccess, "status=\"completed_with_errors\"")) > 0
                  )
                unless
                  time() - \(metric(Outage.record)) < 1.5 * \(metric(interval))
                """,
            holdFor: "5m",
            summary: "jobsweep on {{ $labels.instance }} has not succeeded lately",
            description: """
                The last successful run of {{ $labels.instance }} (or, if there was none, the start of the process) was \
                {{ $value | humanizeDuration }} ago; runs are due every \(intervalNow). \
                Runs are refused, cancelled, killed or don't happen.
                """)
    }

    private static func runOverdue(_ metric: Selectors) -> AlertRule {
        AlertRule(
            name: .runOverdue,
            expression: """
                (
                    \(ClockOffset.now(metric)) - (\(metric("jobsweep_next_run_timestamp_seconds")) > 0)
                  > 0.5 * \(metric(interval))
                )
                and
                  \(metric("jobsweep_running")) == 0
                """,
            holdFor: "5m",
            summary: "jobsweep on {{ $labels.instance }} missed its next run",
            description: """
                The next run of {{ $labels.instance }} was due {{ $value | humanizeDuration }} ago and has neither \
                started nor been skipped; runs are due every \(intervalNow). The schedule's loop has stopped.
                """)
    }

    /// Dry runs don't touch the times of the last run: only a start younger than the last completion is a run under way.
    private static func runStuck(_ metric: Selectors) -> AlertRule {
        let start = metric("jobsweep_last_run_start_timestamp_seconds")
        return AlertRule(
            name: .runStuck,
            expression: """
                (
                    \(ClockOffset.now(metric)) - \(start)
                  > 0.5 * \(metric(interval))
                )
                and
                  \(metric("jobsweep_running")) == 1
                and
                  \(start) > \(metric("jobsweep_last_run_completion_timestamp_seconds"))
                """,
            holdFor: "10m",
            summary: "jobsweep on {{ $labels.instance }} is stuck in a run",
            description: """
                The run under way on {{ $labels.instance }} began {{ $value | humanizeDuration }} ago and should long have \
                met its time limit; runs are due every \(intervalNow). It blocks every later run.
                """)
    }

    /// The sidecar's interval in words, looked up when the alert is written.
    private static let intervalNow =
        "{{ with printf \"\(interval){job=%q,instance=%q}\" $labels.job $labels.instance | query }}"
        + "{{ . | first | value | humanizeDuration }}{{ else }}interval{{ end }}"
}
