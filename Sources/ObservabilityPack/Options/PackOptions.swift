/// What a user may change in the files that this pack writes.
///
/// The defaults describe the files that the project ships in `prometheus/` and `grafana/`: they are the output of this
/// pack with `PackOptions()`, to the byte.
package struct PackOptions: Sendable, Equatable {
    /// The value of the `job` label, which is also the name of the scrape job.
    package let jobName: String
    /// Further label matchers that every selector carries, for a Prometheus that scrapes several environments.
    package let labelMatchers: [LabelMatcher]
    /// What the `severity` label says for each class of alert.
    package let severities: Severities
    /// The uid of the Prometheus data source that Grafana is provisioned with and that dashboards select at first.
    package let datasourceUID: String
    /// The sidecar's schedule, in seconds. Alert thresholds follow the schedule that the sidecar exports; this value only
    /// sets what can't follow it: steps and time range of the dashboards, and the window of `JobsweepStaleJobsSurge`.
    package let scheduleSeconds: Int
    /// Where Prometheus finds the sidecars, as `host:port`.
    package let targets: [String]
    /// Where Prometheus finds Alertmanager, as `host:port`.
    package let alertmanager: String
    /// The page that holds the runbook; an alert adds its anchor.
    package let runbookURL: String
    /// Where Grafana is, without a slash at the end; `dashboard_url` annotations begin with it.
    package let grafanaURL: String
    /// Where Grafana finds Prometheus.
    package let prometheusURL: String

    package static let defaultJobName = "jobsweep"
    package static let defaultDatasourceUID = "prometheus"
    package static let defaultScheduleSeconds = 1800
    package static let defaultTargets = ["127.0.0.1:9745"]
    package static let defaultAlertmanager = "127.0.0.1:9093"
    package static let defaultRunbookURL = "https://github.com/jobsweep/jobsweep/blob/main/prometheus/RUNBOOK.md"
    package static let defaultGrafanaURL = "http://localhost:3000"
    package static let defaultPrometheusURL = "http://localhost:9090"

    /// - Parameters:
    ///   - labelSelector: matchers as PromQL writes them between braces, such as `env="prod",region=~"eu.*"`; empty for none.
    ///   - scheduleSeconds: 1 second to 31 days.
    /// - Throws: ``PackOptionsError`` that names the option and says what it must be.
    package init(
        jobName: String = defaultJobName,
        labelSelector: String = "",
        severities: Severities = Severities.standard,
        datasourceUID: String = defaultDatasourceUID,
        scheduleSeconds: Int = defaultScheduleSeconds,
        targets: [String] = defaultTargets,
        alertmanager: String = defaultAlertmanager,
        runbookURL: String = defaultRunbookURL,
        grafanaURL: String = defaultGrafanaURL,
        prometheusURL: String = defaultPrometheusURL
    ) throws(PackOptionsError) {
        self.jobName = try Validation.text(jobName, option: "job name")
        self.labelMatchers = try LabelMatcher.parse(labelSelector)
        self.severities = severities
        self.datasourceUID = try Validation.datasourceUID(datasourceUID)
        guard (1...31 * 86_400).contains(scheduleSeconds) else {
            throw PackOptionsError(option: "schedule", problem: "\(scheduleSeconds) s is not between 1 s and 31 d")
        }
        self.scheduleSeconds = scheduleSeconds
        guard !targets.isEmpty else {
            throw PackOptionsError(option: "targets", problem: "at least one host:port is needed")
        }
        var checkedTargets: [String] = []
        for target in targets { checkedTargets.append(try Validation.address(target, option: "targets")) }
        self.targets = checkedTargets
        self.alertmanager = try Validation.address(alertmanager, option: "alertmanager")
        self.runbookURL = try Validation.url(runbookURL, option: "runbook URL")
        self.grafanaURL = try Validation.url(grafanaURL, option: "Grafana URL")
        self.prometheusURL = try Validation.url(prometheusURL, option: "Prometheus URL")
    }
}
