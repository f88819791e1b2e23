/// A metric's name, type, help text and labels, declared once. It is also the metric's entry in a catalogue.
package struct MetricDescriptor: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case counter
        case gauge
        /// With the buckets' upper bounds, ascending, without infinity.
        case histogram(buckets: [Double])
        /// A gauge whose value is always 1 and whose labels carry the facts.
        case info
    }

    /// As in the text format, and as queries know it: a counter's with `_total`, an info's with `_info`.
    package let name: String
    package let kind: Kind
    /// A sentence for people.
    package let help: String
    /// In the order in which a series' values are given and written.
    package let labels: [MetricLabel]
    /// The name as OpenMetrics' metadata has it: a counter's without `_total`, an info's without `_info`.
    package let familyName: String

    /// The series that exist from the start, with their text, in order. They are made here once, however often a family is.
    let knownLabelSets: [LabelSet]

    /// - Precondition: names, labels and buckets follow `NamingRules`.
    package init(name: String, kind: Kind, help: String, labels: [MetricLabel] = []) {
        if let problem = NamingRules.problem(name: name, kind: kind, help: help, labels: labels) {
            preconditionFailure(problem)
        }
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
        familyName = String(name.dropLast(kind.nameEnding.count))
        // Of the combinations that an info may have one is true, and nobody knows yet which.
        knownLabelSets = kind == .info ? [] : LabelSet.known(labels)
    }

    /// The names of the samples, in the order in which a series has them.
    package var sampleNames: [String] {
        switch kind {
        case .counter, .gauge, .info: [name]
        case .histogram: ["\(name)_bucket", "\(name)_sum", "\(name)_count"]
        }
    }

    /// The unit that the name ends in, a base unit of Prometheus (https://prometheus.io/docs/practices/naming/#base-units); nil where
    /// it ends in none.
    package var unit: String? {
        // OpenMetrics: "MetricFamilies of type Info MUST have an empty Unit string".
        kind == .info ? nil : ["seconds", "bytes"].first { familyName.hasSuffix("_\($0)") }
    }

    /// The name in the metadata of that format.
    package func name(in format: ExpositionFormat) -> String {
        switch format {
        case .text: name
        case .openMetrics: familyName
        }
    }
}

extension MetricDescriptor.Kind {
    /// The type in the metadata of that format.
    package func typeName(in format: ExpositionFormat) -> String {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        // The text format has no infos; by convention they are gauges there.
        case .info: format == .text ? "gauge" : "info"
        }
    }

    /// What OpenMetrics' metadata leaves off the name.
    var nameEnding: String {
        switch self {
        case .counter: "_total"
        case .info: "_info"
        case .gauge, .histogram: ""
        }
    }
}
