/// The values of a metric's labels that make one series of it.
struct LabelSet: Sendable, Hashable {
    /// In the order of the descriptor's labels.
    let values: [String]
    /// `a="1",b="2"`, as every sample of the series has it; the same in both formats.
    let text: [UInt8]

    init(_ values: [String], of labels: [MetricLabel]) {
        self.values = values
        var text = TextBuffer(capacity: 0)
        for (label, value) in zip(labels, values) {
            if !text.bytes.isEmpty { text.append(UInt8(ascii: ",")) }
            text.append(label.name)
            text.append("=\"" as StaticString)
            text.appendLabelValue(value)
            text.append(UInt8(ascii: "\""))
        }
        self.text = text.bytes
    }

    /// Every combination of the labels' values, in order; none where a label's values aren't known beforehand.
    static func known(_ labels: [MetricLabel]) -> [LabelSet] {
        let combinations = labels.reduce([[]]) { sets, label in
            sets.flatMap { set in (label.values ?? []).map { set + [$0] } }
        }
        return combinations.sorted { order($0, $1) == .ascending }.map { LabelSet($0, of: labels) }
    }

    enum Order {
        case ascending, same, descending
    }

    /// By the values' bytes, the first label first. Prometheus tells label values apart by their bytes; Swift's own comparison would
    /// take two spellings of an accented letter for the same series.
    static func order(_ one: [String], _ other: [String]) -> Order {
        for (a, b) in zip(one, other) {
            if a.utf8.elementsEqual(b.utf8) { continue }
            return a.utf8.lexicographicallyPrecedes(b.utf8) ? .ascending : .descending
        }
        return .same
    }
}
