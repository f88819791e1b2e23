import ArgumentParser
import Sidecar

/// `jobsweep metrics`
struct MetricsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Print the catalogue of metrics: names, types, labels and meanings.",
        discussion:
            "A Markdown table, or with --json a list that also has the values of labels that are known beforehand.")

    @Flag(name: .customLong("json"), help: "Print JSON.")
    var json = false

    func run() async throws {
        try Console.result(json ? CatalogueText.json : CatalogueText.markdown)
    }
}
