import ArgumentParser
import Foundation
import ObservabilityPack
import Sidecar

/// `jobsweep generate`
struct GenerateCommand: AsyncParsableCommand {
    /// What can be generated.
    enum Part: String, CaseIterable, ExpressibleByArgument {
        case rules
        case dashboards
        case scrapeConfig = "scrape-config"
        case all
    }

    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Write alert rules, dashboards or the scrape configuration with your own names.",
        discussion: """
            Writes the files of this project's prometheus and grafana directories, with your job name, label selector, severities, data \
            source and schedule in them, so that nobody edits JSON by hand. A file that exists and is different is left alone \
            unless --force is given.

              jobsweep generate rules --job-name cleaner --label-selector 'env="prod"' --severities critical=page --output /etc
            """)

    @Argument(help: "What to write: rules, dashboards, scrape-config or all.")
    var part: Part

    @Option(
        name: .customLong("output"), help: "Directory that prometheus/ and grafana/ are written under.",
        completion: .directory)
    var output = "."

    @Flag(name: .customLong("force"), help: "Overwrite files that are different.")
    var force = false

    @Option(name: .customLong("job-name"), help: "Prometheus' job label for the sidecars.")
    var jobName = PackOptions.defaultJobName

    @Option(name: .customLong("label-selector"), help: "Further matchers for every query, such as 'env=\"prod\"'.")
    var labelSelector = ""

    @Option(
        name: .customLong("severities"),
        help: "Severity labels by class or alert: critical=page,warning=ticket,JobsweepDown=page.")
    var severities = ""

    @Option(name: .customLong("datasource-uid"), help: "The uid of Grafana's Prometheus data source.")
    var datasourceUID = PackOptions.defaultDatasourceUID

    @Option(name: .customLong("schedule"), help: "How often the sidecars sweep, as a duration such as 30m.")
    var schedule = "30m"

    @Option(
        name: .customLong("target"), parsing: .singleValue, help: "A sidecar's host:port; may be given several times.")
    var targets = PackOptions.defaultTargets

    @Option(name: .customLong("alertmanager"), help: "Alertmanager's host:port.")
    var alertmanager = PackOptions.defaultAlertmanager

    @Option(name: .customLong("runbook-url"), help: "The page that holds the runbook.")
    var runbookURL = PackOptions.defaultRunbookURL

    @Option(name: .customLong("grafana-url"), help: "Where Grafana is.")
    var grafanaURL = PackOptions.defaultGrafanaURL

    @Option(name: .customLong("prometheus-url"), help: "Where Grafana finds Prometheus.")
    var prometheusURL = PackOptions.defaultPrometheusURL

    func run() async throws {
        let files = chosen(try options())
        for file in files { try checkPlace(file) }
        for file in files {
            let path = place(file)
            do {
                try FileManager.default.createDirectory(
                    atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
                try file.contents.write(toFile: path, atomically: true, encoding: .utf8)
            } catch {
                throw Failure(.failed, "cannot write \(path): \(error.localizedDescription)")
            }
            try Console.result(path)
        }
    }

    private func options() throws -> PackOptions {
        let seconds: Duration
        do {
            seconds = try DurationText.parse(schedule)
        } catch {
            throw Failure(.misuse, "--schedule: \(error)")
        }
        do throws(PackOptionsError) {
            return try PackOptions(
                jobName: jobName, labelSelector: labelSelector, severities: try Severities.parse(severities),
                datasourceUID: datasourceUID, scheduleSeconds: Int(seconds.components.seconds), targets: targets,
                alertmanager: alertmanager, runbookURL: runbookURL, grafanaURL: grafanaURL, prometheusURL: prometheusURL
            )
        } catch {
            throw Failure(.misuse, "\(error)")
        }
    }

    private func chosen(_ options: PackOptions) -> [PackFiles.File] {
        switch part {
        case .rules: PackFiles.rules(options)
        case .dashboards: PackFiles.dashboards(options)
        case .scrapeConfig: PackFiles.scraping(options)
        case .all: PackFiles.all(options)
        }
    }

    /// Nobody's own edits are lost, and none of the files is written where one of them can't be.
    private func checkPlace(_ file: PackFiles.File) throws {
        let path = place(file)
        guard !force, let there = FileManager.default.contents(atPath: path), there != Data(file.contents.utf8) else {
            return
        }
        throw Failure(
            .failed, "\(path) exists and is different; nothing was written. Choose another --output, or give --force")
    }

    private func place(_ file: PackFiles.File) -> String {
        (output as NSString).appendingPathComponent(file.path)
    }
}
