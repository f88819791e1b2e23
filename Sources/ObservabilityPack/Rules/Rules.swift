/// The rule files of Prometheus.
package enum Rules {
    /// `rules/jobsweep.rules.yml`: what the alerts remember from one evaluation to the next.
    package static func recording(_ options: PackOptions) -> String {
        let selectors = Selectors.rules(options)
        let groups = [
            RuleGroup(name: "jobsweep-runs", rules: RunMemory.rules(selectors).map(\.yaml)),
            RuleGroup(name: "jobsweep-outages", rules: [Outage.rule(selectors).yaml]),
            RuleGroup(name: "jobsweep-clock", rules: [ClockOffset.rule(selectors).yaml]),
            RuleGroup(name: "jobsweep-stale-jobs", rules: StaleJobHistory.rules(options, selectors).map(\.yaml)),
        ]
        return document(groups, purpose: recordingPurpose)
    }

    /// `rules/jobsweep.alerts.yml`: the alerts, with the severities, links and matchers that the options say.
    package static func alerts(_ options: PackOptions) -> String {
        let selectors = Selectors.rules(options)
        let groups = [
            ("jobsweep-availability", AvailabilityAlerts.rules(selectors)),
            ("jobsweep-cleanup", CleanupAlerts.rules(selectors)),
            ("jobsweep-schedule", ScheduleAlerts.rules(selectors)),
            ("jobsweep-application", ApplicationAlerts.rules(options, selectors)),
            ("jobsweep-database", DatabaseAlerts.rules(selectors)),
            ("jobsweep-process", ProcessAlerts.rules(selectors)),
        ].map { RuleGroup(name: $0.0, rules: $0.1.map { $0.yaml(options) }) }
        return document(groups, purpose: alertPurpose)
    }

    private static func document(_ groups: [RuleGroup], purpose: String) -> String {
        YAML.mapping([("groups", .sequence(groups.map(\.yaml)))])
            .document(comment: purpose + "\n\n" + PackFiles.notice)
    }

    private static let recordingPurpose = """
        Recording rules that jobsweep.alerts.yml needs; load both.

        Counters of jobsweep survive its restarts and count from the day it was installed, so "since the last good run"
        can't be had from increase(), which also extrapolates. The rules that end in :at_last_... remember a counter's
        value at such a moment by reading their own last value; the ones that end in :since_last_... are whole numbers.
        """

    private static let alertPurpose = """
        Alerts for jobsweep. They need jobsweep.rules.yml.

        Every threshold on a run's age follows jobsweep_schedule_interval_seconds, so nothing here has to be changed when
        the schedule is. Ages are corrected by the offset of the sidecar's clock, where one was seen.
        """
}
