/// A metric that only goes up.
package struct CounterFamily: MetricFamily {
    package let descriptor: MetricDescriptor
    private var table: SeriesTable<Double>

    /// - Precondition: the descriptor is of a counter.
    package init(_ descriptor: MetricDescriptor) {
        precondition(descriptor.kind == .counter, "\(descriptor.name) is no counter")
        self.descriptor = descriptor
        table = SeriesTable(descriptor, zero: 0)
    }

    /// - Precondition: `amount` isn't negative.
    package mutating func increment(by amount: Double = 1, labels: [String] = []) {
        precondition(amount >= 0, "\(descriptor.name) can't go down")
        table.update(labels, descriptor) { $0 += amount }
    }

    /// Takes over a total that is kept elsewhere.
    package mutating func setTotal(_ total: Double, labels: [String] = []) {
        table.update(labels, descriptor) { $0 = total }
    }

    /// Nil for a series that doesn't exist yet.
    package func value(labels: [String] = []) -> Double? {
        table.value(labels)
    }

    package func writeSamples(_ writer: inout SampleWriter) {
        for series in table.sorted {
            writer.sample(descriptor.name, "", labels: series.labelText, value: series.value)
        }
    }
}
