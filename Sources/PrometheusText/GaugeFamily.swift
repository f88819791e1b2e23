/// A metric that goes up and down, or an info metric whose value is 1.
package struct GaugeFamily: MetricFamily {
    package let descriptor: MetricDescriptor
    private var table: SeriesTable<Double>

    /// - Precondition: the descriptor is of a gauge or an info.
    package init(_ descriptor: MetricDescriptor) {
        precondition([.gauge, .info].contains(descriptor.kind), "\(descriptor.name) is no gauge")
        self.descriptor = descriptor
        table = SeriesTable(descriptor, zero: 0)
    }

    package mutating func set(_ value: Double, labels: [String] = []) {
        table.update(labels, descriptor) { $0 = value }
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
