/// The files that the pack writes, with the places that they have in the repository.
package enum PackFiles {
    package struct File: Sendable, Equatable {
        /// The path under the directory that holds `prometheus/` and `grafana/`.
        package let path: String
        package let contents: String
    }

    /// What `jobsweep generate rules` writes.
    package static func rules(_ options: PackOptions) -> [File] {
        [
            File(path: "prometheus/rules/jobsweep.rules.yml", contents: Rules.recording(options)),
            File(path: "prometheus/rules/jobsweep.alerts.yml", contents: Rules.alerts(options)),
        ]
    }

    /// What `jobsweep generate scrape-config` writes.
    package static func scraping(_ options: PackOptions) -> [File] {
        [
            File(path: "prometheus/prometheus.yml", contents: ScrapeConfig.prometheus(options)),
            File(path: "prometheus/alertmanager.yml", contents: AlertRouting.alertmanager(options)),
        ]
    }

    /// What `jobsweep generate dashboards` writes.
    package static func dashboards(_ options: PackOptions) -> [File] {
        [
            File(path: "grafana/dashboards/\(Dashboards.overviewUID).json", contents: Dashboards.overview(options)),
            File(path: "grafana/dashboards/\(Dashboards.fleetUID).json", contents: Dashboards.fleet(options)),
            File(
                path: "grafana/provisioning/datasources/jobsweep.yml", contents: Provisioning.datasource(options)),
            File(path: "grafana/provisioning/dashboards/jobsweep.yml", contents: Provisioning.dashboards()),
        ]
    }

    /// Everything.
    package static func all(_ options: PackOptions) -> [File] {
        rules(options) + scraping(options) + dashboards(options)
    }

    /// What a generated file says of itself.
    static let notice = "Written by `jobsweep generate`: give it your options rather than editing this file."
}
