/// What metrics and labels may be called, by the data model (https://prometheus.io/docs/concepts/data_model/) and by OpenMetrics 1.0,
/// and what a catalogue must keep to so that two metrics' samples can't be taken for each other's.
enum NamingRules {
    /// What is wrong with a label, or nil.
    static func problem(label name: String, values: [String]?) -> String? {
        if !isName(name) {
            return "the label \(name) must be letters, digits and underscores, and not begin with a digit"
        }
        if name.hasPrefix("_") { return "the label \(name) must not begin with an underscore: those are reserved" }
        guard let values else { return nil }
        if values.isEmpty { return "the label \(name) has no values at all" }
        return Set(values).count == values.count ? nil : "the label \(name) has a value twice"
    }

    /// What is wrong with a metric, or nil.
    static func problem(name: String, kind: MetricDescriptor.Kind, help: String, labels: [MetricLabel]) -> String? {
        if !isName(name) {
            // Colons are valid, but "reserved for user defined recording rules" (data model).
            return "the metric \(name) must be letters, digits and underscores, and not begin with a digit"
        }
        if name.hasPrefix("_") { return "the metric \(name) must not begin with an underscore: those are reserved" }
        if help.isEmpty { return "the metric \(name) has no help text" }
        if Set(labels.map(\.name)).count < labels.count { return "the metric \(name) has a label twice" }
        return endingProblem(name, kind) ?? bucketProblem(name, kind, labels)
    }

    /// The endings that formats give to samples. Were a metric's own name to have one, it could be another one's sample.
    private static let sampleEndings = ["_total", "_created", "_bucket", "_count", "_sum", "_info", "_gcount", "_gsum"]

    private static func endingProblem(_ name: String, _ kind: MetricDescriptor.Kind) -> String? {
        let family: Substring
        switch kind {
        case .counter where !name.hasSuffix("_total"): return "the counter \(name) must end in _total"
        case .info where !name.hasSuffix("_info"): return "the info \(name) must end in _info"
        case .counter, .info: family = name.dropLast(kind.nameEnding.count)
        case .gauge, .histogram: family = name[...]
        }
        if family.isEmpty { return "the metric \(name) has an ending only" }
        return sampleEndings.first(where: family.hasSuffix).map {
            "the metric \(name) must not have the ending \($0) there"
        }
    }

    private static func bucketProblem(_ name: String, _ kind: MetricDescriptor.Kind, _ labels: [MetricLabel]) -> String?
    {
        guard case .histogram(let bounds) = kind else { return nil }
        if labels.contains(where: { $0.name == "le" }) { return "the histogram \(name) must not have a label le" }
        if bounds.isEmpty { return "the histogram \(name) has no buckets" }
        // Below zero the sum would be no counter any more, and OpenMetrics wants it left out.
        if !bounds.allSatisfy({ $0.isFinite && $0.sign == .plus }) {
            return "the buckets of \(name) must be finite and not negative; the last, +Inf, comes by itself"
        }
        let ascend = zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }
        return ascend ? nil : "the buckets of \(name) must ascend"
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !isDigit(first) else { return false }
        return name.utf8.allSatisfy { isDigit($0) || isLetter($0) || $0 == UInt8(ascii: "_") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
