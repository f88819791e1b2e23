/// The series of one metric, by their labels' values. Those whose labels' values are known beforehand exist from the start.
struct SeriesTable<Value: Sendable>: Sendable {
    struct Series: Sendable {
        let labels: LabelSet
        var value: Value
    }

    /// In the order of `LabelSet.order`, whatever order they were made in.
    private(set) var series: [Series]
    private let zero: Value

    init(_ descriptor: MetricDescriptor, zero: Value) {
        self.zero = zero
        series = descriptor.knownLabelSets.map { Series(labels: $0, value: zero) }
    }

    func value(_ labels: [String]) -> Value? {
        let place = place(of: labels)
        return isThere(labels, place) ? series[place].value : nil
    }

    /// Changes the value of a series, which is made where it is new.
    mutating func update(
        _ labels: [String], _ descriptor: MetricDescriptor, _ change: (inout Value) -> Void
    ) throws(Mistake) {
        guard labels.count == descriptor.labels.count else {
            throw .labelCount(metric: descriptor.name, values: labels)
        }
        let place = place(of: labels)
        if !isThere(labels, place) {
            for (label, value) in zip(descriptor.labels, labels) where !label.admits(value) {
                throw .labelValue(metric: descriptor.name, label: label.name, value: value)
            }
            series.insert(Series(labels: LabelSet(labels, of: descriptor.labels), value: zero), at: place)
        }
        change(&series[place].value)
    }

    /// Where the series is, or would be.
    private func place(of labels: [String]) -> Int {
        var range = series.indices
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            switch LabelSet.order(series[middle].labels.values, labels) {
            case .same: return middle
            case .ascending: range = (middle + 1)..<range.upperBound
            case .descending: range = range.lowerBound..<middle
            }
        }
        return range.lowerBound
    }

    private func isThere(_ labels: [String], _ place: Int) -> Bool {
        place < series.count && labels.count == series[place].labels.values.count
            && LabelSet.order(series[place].labels.values, labels) == .same
    }
}
