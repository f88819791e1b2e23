/// Recording rules that count runs and errors exactly: since the last run that succeeded, and since the backlog last fell.
///
/// A rule that remembers has four cases, in this order. The moment is now: the counter's present value. It was earlier: the
/// rule's own last value, unless the counter is below it, which means that the sidecar's state was made anew. The moment
/// never came: zero, since jobsweep's totals begin at zero. Prometheus has just met the sidecar: the present value.
enum RunMemory {
    static let runsTotal = "instance_status:jobsweep_runs_total:sum"
    static let runsAtSuccess = "instance_status:jobsweep_runs_total:at_last_success"
    static let runsSinceSuccess = "instance_status:jobsweep_runs:since_last_success"
    static let errorsAtSuccess = "instance_operation:jobsweep_errors_total:at_last_success"
    static let errorsSinceSuccess = "instance_operation:jobsweep_errors:since_last_success"
    static let workingRuns = "instance_operation:jobsweep_runs_total:completed"
    static let runsAtDrain = "instance_operation:jobsweep_runs_total:at_last_drain"
    static let runsSinceDrain = "instance_operation:jobsweep_runs:since_last_drain"
    static let successTaken = "instance:jobsweep_last_success_timestamp_seconds:taken"

    static func rules(_ metric: Selectors) -> [RecordingRule] {
        [
            RecordingRule(
                record: runsTotal, expression: "sum without (trigger) (\(metric("jobsweep_runs_total")))"),
            RecordingRule(
                record: runsAtSuccess,
                expression: atLastSuccess(metric, own: runsAtSuccess, counter: metric(runsTotal), extra: "status")),
            RecordingRule(
                record: runsSinceSuccess, expression: "\(metric(runsTotal)) - \(metric(runsAtSuccess))"),
            RecordingRule(
                record: errorsAtSuccess,
                expression: atLastSuccess(
                    metric, own: errorsAtSuccess, counter: metric("jobsweep_errors_total"), extra: "operation")),
            RecordingRule(
                record: errorsSinceSuccess,
                expression: "\(metric("jobsweep_errors_total")) - \(metric(errorsAtSuccess))"),
            // After the rules that ask whether the success is a new one.
            RecordingRule(record: successTaken, expression: successTaken(metric)),
            // Any gauge with a series an operation would do but the backlog, which is NaN where it isn't known.
            RecordingRule(
                record: workingRuns,
                expression: """
                    0 * \(metric("jobsweep_last_run_rows"))
                      + ignoring (operation) group_left ()
                    sum without (status) (\(metric(runsTotal, "status=~\"completed|completed_with_errors\"")))
                    """),
            RecordingRule(record: runsAtDrain, expression: atLastDrain(metric)),
            RecordingRule(record: runsSinceDrain, expression: "\(metric(workingRuns)) - \(metric(runsAtDrain))"),
        ]
    }

    /// The last success that was taken as a moment to count from: the present one, when no run has begun since.
    private static func successTaken(_ metric: Selectors) -> String {
        let success = metric("jobsweep_last_success_timestamp_seconds")
        return """
            (\(success) and \(lastRunSucceeded(metric)))
            or
            (last_over_time(\(metric(successTaken))[1h]) and \(success))
            """
    }

    private static func lastRunSucceeded(_ metric: Selectors) -> String {
        let success = metric("jobsweep_last_success_timestamp_seconds")
        let start = metric("jobsweep_last_run_start_timestamp_seconds")
        return "(\(success) > 0 and \(success) >= \(start) and \(metric("jobsweep_running")) == 0)"
    }

    /// The counter's value when a run last succeeded, taken once for each success: a run that is lost with its process counts
    /// as failed at the next start and leaves no other trace.
    ///
    /// What happens while `JobsweepDatabaseUnreachable` fires counts as reported: nobody is to be told a second time of the
    /// runs that failed in an outage, after it is over.
    private static func atLastSuccess(_ metric: Selectors, own: String, counter: String, extra: String) -> String {
        let success = metric("jobsweep_last_success_timestamp_seconds")
        return """
            (
                \(counter)
              and ignoring (\(extra))
                (
                    \(lastRunSucceeded(metric))
                  unless
                    \(success) == last_over_time(\(metric(successTaken))[1h])
                )
            )
            or
            (\(counter) and on (job, instance) \(Outage.firing(metric, [.databaseUnreachable])))
            or
            (last_over_time(\(metric(own))[1h]) <= \(counter))
            or
            (0 * \(counter) and ignoring (\(extra)) \(success) == 0)
            or
            \(counter)
            """
    }

    /// The number of runs that did their work when the backlog of an operation was last empty or smaller than shortly before, or the
    /// operation was held: runs that left it alone don't count as runs that got nowhere.
    private static func atLastDrain(_ metric: Selectors) -> String {
        let backlog = metric("jobsweep_backlog_rows")
        return """
            (\(metric(workingRuns)) and \(backlog) == 0)
            or
            (\(metric(workingRuns)) and \(backlog) < \(backlog) offset 2m)
            or
            (\(metric(workingRuns)) and \(metric("jobsweep_operation_held")) == 1)
            or
            (last_over_time(\(metric(runsAtDrain))[1h]) <= \(metric(workingRuns)))
            or
            \(metric(workingRuns))
            """
    }
}
