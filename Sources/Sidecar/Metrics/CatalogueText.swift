import Foundation
import PrometheusText

/// The metric catalogue as `jobsweep metrics` prints it.
package enum CatalogueText {
    private struct Entry: Encodable {
        let name: String
        let type: String
        let help: String
        let labels: [String]
        /// The values of those labels that are known beforehand.
        let values: [String: [String]]
    }

    /// A Markdown table, as in the README.
    package static var markdown: String {
        let rows = MetricCatalogue.all().map { metric in
            let labels = metric.labels.map(\.name).joined(separator: ", ")
            return "| `\(metric.name)` | \(type(metric)) | \(labels) | \(metric.help) |"
        }
        return (["| metric | type | labels | meaning |", "|---|---|---|---|"] + rows).joined(separator: "\n")
    }

    package static var json: String {
        let entries = MetricCatalogue.all().map { metric in
            Entry(
                name: metric.name, type: type(metric), help: metric.help, labels: metric.labels.map(\.name),
                values: Dictionary(
                    uniqueKeysWithValues: metric.labels.compactMap { label in label.values.map { (label.name, $0) } }))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(entries) else { return "[]" }
        return String(decoding: data, as: UTF8.self)
    }

    private static func type(_ metric: MetricDescriptor) -> String {
        switch metric.kind {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        case .info: "info"
        }
    }
}
