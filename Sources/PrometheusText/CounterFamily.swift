/// A metric that only goes up, from 0.
package struct CounterFamily: MetricFamily {
    package let descriptor: MetricDescriptor
    private var table: SeriesTable<Double>

    /// - Precondition: the descriptor is of a counter.
    package init(_ descriptor: MetricDescriptor) {
        precondition(descriptor.kind == .counter, "\(descriptor.name) is no counter")
        self.descriptor = descriptor
        table = SeriesTable(descriptor, zero: 0)
    }

    /// Adds to a series. A negative or infinite amount, or labels that the metric doesn't have, stop a debug build; a release build
    /// leaves them out.
    package mutating func increment(by amount: Double = 1, labels: [String] = []) {
        Mistake.stopDebugBuilds { () throws(Mistake) in try add(amount, labels) }
    }

    /// Takes over a total that was kept elsewhere.
    /// - Returns: whether it did. It doesn't take a total that is negative or not finite, nor one of a label value that this version
    ///   doesn't have.
    @discardableResult package mutating func setTotal(_ total: Double, labels: [String] = []) -> Bool {
        Mistake.tolerate { () throws(Mistake) in try replace(total, labels) }
    }

    /// Nil for a series that doesn't exist, or not yet.
    package func value(labels: [String] = []) -> Double? {
        table.value(labels)
    }

    package var samplesSizeLimit: Int {
        table.series.reduce(0) { $0 + SampleWriter.sizeLimit(descriptor, $1.labels) }
    }

    package func writeSamples(_ writer: inout SampleWriter) {
        for series in table.series { writer.sample(descriptor.name, labels: series.labels, value: series.value) }
    }

    mutating func add(_ amount: Double, _ labels: [String]) throws(Mistake) {
        guard amount >= 0, amount.isFinite else { throw .number(metric: descriptor.name, value: amount) }
        try table.update(labels, descriptor) { $0 += amount }
    }

    private mutating func replace(_ total: Double, _ labels: [String]) throws(Mistake) {
        guard total >= 0, total.isFinite else { throw .number(metric: descriptor.name, value: total) }
        try table.update(labels, descriptor) { $0 = total }
    }
}
