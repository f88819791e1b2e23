/// The series of one metric, by their labels' values. Those whose labels' values are known beforehand exist from the start.
struct SeriesTable<Value: Sendable>: Sendable {
    struct Series: Sendable {
        /// `a="1",b="2"`, rendered once.
        let labelText: [UInt8]
        let labels: [String]
        var value: Value
    }

    private(set) var series: [Series] = []
    private var places: [[String]: Int] = [:]
    private let zero: Value

    init(_ descriptor: MetricDescriptor, zero: Value) {
        self.zero = zero
        for labels in descriptor.knownLabelSets { _ = place(of: labels, descriptor) }
    }

    /// Changes the value of a series, which is made where it is new.
    ///
    /// Values that the descriptor doesn't allow are a programmer's mistake; in a release build they are left out, since one bad label
    /// must not cost the whole scrape.
    mutating func update(_ labels: [String], _ descriptor: MetricDescriptor, _ change: (inout Value) -> Void) {
        guard descriptor.admits(labels) else {
            assertionFailure("\(descriptor.name) has no series \(labels)")
            return
        }
        change(&series[place(of: labels, descriptor)].value)
    }

    func value(_ labels: [String]) -> Value? {
        places[labels].map { series[$0].value }
    }

    /// In the order of their labels' values, whatever order they were made in.
    var sorted: [Series] {
        series.sorted { $0.labels.lexicographicallyPrecedes($1.labels) }
    }

    private mutating func place(of labels: [String], _ descriptor: MetricDescriptor) -> Int {
        if let place = places[labels] { return place }
        var text = TextBuffer(capacity: 32)
        for (index, (label, value)) in zip(descriptor.labels, labels).enumerated() {
            if index > 0 { text.append("," as StaticString) }
            text.append(label.name)
            text.append("=\"" as StaticString)
            text.appendLabelValue(value)
            text.append("\"" as StaticString)
        }
        places[labels] = series.count
        series.append(Series(labelText: text.bytes, labels: labels, value: zero))
        return series.count - 1
    }
}
