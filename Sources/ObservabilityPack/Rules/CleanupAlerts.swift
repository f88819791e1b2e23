/// Alerts on runs that end badly, on cleanup that doesn't keep up, and on what waits for a decision.
enum CleanupAlerts {
    static func rules(_ metric: Selectors) -> [AlertRule] {
        [
            cleanupErrors(metric), runsFailing(metric), backlogNotDraining(metric), operationHeld(metric),
            archiveFull(metric), clockSuspect(metric),
        ]
    }

    private static func cleanupErrors(_ metric: Selectors) -> AlertRule {
        AlertRule(
            name: .cleanupErrors,
            expression: """
                \(metric(RunMemory.errorsSinceSuccess)) > 0
                unless ignoring (operation)
                \(metric("jobsweep_up")) == 0
                """,
            holdFor: "5m",
            summary: "jobsweep on {{ $labels.instance }} had errors in {{ $labels.operation }}",
            description: """
                {{ $value }} error(s) in {{ $labels.operation }} on {{ $labels.instance }} since its last run without \
                errors. Runs that ended since then: \(runsOf("completed_with_errors")) with errors, \
                \(runsOf("failed")) failed. The next run without errors ends this alert.
                """)
    }

    /// Two in a row: one failed run may have met a passing lock, and the next one takes up what it left.
    private static func runsFailing(_ metric: Selectors) -> AlertRule {
        AlertRule(
            name: .runsFailing,
            expression: """
                \(metric(RunMemory.runsSinceSuccess, "status=\"failed\"")) >= 2
                unless ignoring (status)
                \(metric("jobsweep_up")) == 0
                """,
            holdFor: "5m",
            summary: "jobsweep on {{ $labels.instance }} fails run after run",
            description: """
                {{ $value }} runs of {{ $labels.instance }} have failed and none has succeeded since. \
                Nothing, or not everything, is cleaned.
                """)
    }

    private static func backlogNotDraining(_ metric: Selectors) -> AlertRule {
        AlertRule(
            name: .backlogNotDraining,
            expression: """
                (
                    \(metric("jobsweep_backlog_rows")) > 0
                  and
                    \(metric(RunMemory.runsSinceDrain)) >= 3
                )
                unless on (job, instance)
                \(metric(RunMemory.errorsSinceSuccess)) > 0
                """,
            holdFor: "5m",
            summary: "jobsweep on {{ $labels.instance }} doesn't get through {{ $labels.operation }}",
            description: """
                {{ $value | humanize }} rows are still eligible for {{ $labels.operation }} on {{ $labels.instance }} \
                after the last run, and no fewer than three or more runs before: rows come in at least as fast as they go.
                """)
    }

    /// Its rows only become more meanwhile, and deciding takes a person who has slept: a ticket. What was held stays so from run to
    /// run, so a few minutes are for whoever asked for the run and approves at once.
    private static func operationHeld(_ metric: Selectors) -> AlertRule {
        AlertRule(
            name: .operationHeld,
            expression: "\(metric("jobsweep_operation_held")) == 1",
            holdFor: "5m",
            summary: "jobsweep on {{ $labels.instance }} holds {{ $labels.operation }} until somebody approves it",
            description: """
                Nothing of {{ $labels.operation }} is done on {{ $labels.instance }}: far more rows are due than usual, it \
                would change most of what there is, or its tables have changed. Look at a preview, and let it go on once \
                where it is right: jobsweep approve {{ $labels.operation }}
                """)
    }

    /// Runs go on; what they take is gone for good.
    private static func archiveFull(_ metric: Selectors) -> AlertRule {
        AlertRule(
            name: .archiveFull,
            expression: "\(metric("jobsweep_last_run_unarchived_rows")) > 0",
            holdFor: "5m",
            summary: "The last run of jobsweep on {{ $labels.instance }} can't be undone whole",
            description: """
                {{ $value }} row(s) that the last run on {{ $labels.instance }} changed or took away are not in its archive, \
                which had no room for them. They can't be put back.
                """)
    }

    /// No run begins while it holds, and nothing is lost by waiting.
    private static func clockSuspect(_ metric: Selectors) -> AlertRule {
        AlertRule(
            name: .clockSuspect,
            expression: "\(metric("jobsweep_clock_suspect")) == 1",
            holdFor: "5m",
            summary: "jobsweep on {{ $labels.instance }} doesn't believe its clock and runs nothing",
            description: """
                The wall clock of {{ $labels.instance }} has leapt, and every run is refused: what is old is told by that \
                clock. Set it right, or, where it is right, say so once: jobsweep approve clock
                """)
    }

    /// The number of runs of one status since the last success, looked up when the alert is written.
    private static func runsOf(_ status: String) -> String {
        let query =
            "printf \"\(RunMemory.runsSinceSuccess){job=%q,instance=%q,status='\(status)'}\" $labels.job $labels.instance"
        return "{{ with \(query) | query }}{{ . | first | value }}{{ else }}0{{ end }}"
    }
}
