/// A metric's name, type, help text and labels, declared once. It is also the metric's entry in a catalogue.
package struct MetricDescriptor: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case counter
        case gauge
        /// With the buckets' upper bounds, ascending, without infinity.
        case histogram(buckets: [Double])
        /// A gauge whose value is always 1 and whose labels carry the facts.
        case info
    }

    package let name: String
    package let kind: Kind
    /// A sentence for people.
    package let help: String
    package let labels: [MetricLabel]

    /// - Precondition: the names follow the data model (https://prometheus.io/docs/concepts/data_model/), a counter's ends in
    ///   `_total`, an info's in `_info`, labels are different, and no histogram has a label `le`.
    package init(name: String, kind: Kind, help: String, labels: [MetricLabel] = []) {
        precondition(MetricDescriptor.isMetricName(name), "\(name) is no metric name")
        precondition(Set(labels.map(\.name)).count == labels.count, "\(name) has a label twice")
        switch kind {
        case .counter: precondition(name.hasSuffix("_total"), "the counter \(name) must end in _total")
        case .info: precondition(name.hasSuffix("_info"), "the info \(name) must end in _info")
        case .histogram(let buckets):
            precondition(!labels.contains { $0.name == "le" }, "\(name) must not have a label le")
            precondition(
                !buckets.isEmpty && zip(buckets, buckets.dropFirst()).allSatisfy { $0 < $1 }
                    && buckets.allSatisfy(\.isFinite), "the buckets of \(name) must ascend")
        case .gauge: break
        }
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
    }

    /// Every combination of the labels' values, the last label varying fastest; none where a label's values aren't known beforehand.
    var knownLabelSets: [[String]] {
        labels.reduce([[]]) { sets, label in
            sets.flatMap { set in (label.values ?? []).map { set + [$0] } }
        }
    }

    /// Whether the values are as many as the labels, and each is one that its label may have.
    func admits(_ values: [String]) -> Bool {
        values.count == labels.count && zip(labels, values).allSatisfy { $0.values?.contains($1) ?? true }
    }

    private static func isMetricName(_ name: String) -> Bool {
        MetricLabel.isName(name.replacingColons)
    }
}

/// A label's name and, where they are known beforehand, its values.
package struct MetricLabel: Sendable, Equatable {
    package let name: String
    /// Nil for a label whose values aren't known beforehand.
    package let values: [String]?

    /// - Precondition: the name follows the data model and doesn't begin with two underscores, which Prometheus keeps for itself.
    package init(name: String, values: [String]? = nil) {
        precondition(MetricLabel.isName(name) && !name.hasPrefix("__"), "\(name) is no label name")
        self.name = name
        self.values = values
    }

    static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !isDigit(first) else { return false }
        return name.utf8.allSatisfy { isDigit($0) || isLetter($0) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
    }
}

extension String {
    /// Metric names may have colons where label names may not.
    fileprivate var replacingColons: String {
        String(map { $0 == ":" ? "_" : $0 })
    }
}
