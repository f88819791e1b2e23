/// A metric that goes up and down, or an info metric, whose value is 1.
package struct GaugeFamily: MetricFamily {
    package let descriptor: MetricDescriptor
    private var table: SeriesTable<Double>

    /// - Precondition: the descriptor is of a gauge or an info.
    package init(_ descriptor: MetricDescriptor) {
        precondition([.gauge, .info].contains(descriptor.kind), "\(descriptor.name) is no gauge")
        self.descriptor = descriptor
        table = SeriesTable(descriptor, zero: 0)
    }

    /// Sets a series. Labels that the metric doesn't have, or a value of an info other than 1, stop a debug build; a release build
    /// leaves them out.
    package mutating func set(_ value: Double, labels: [String] = []) {
        Mistake.stopDebugBuilds { () throws(Mistake) in try replace(value, labels) }
    }

    /// Takes over a value that was kept elsewhere.
    /// - Returns: whether it did. It doesn't take one of a label value that this version doesn't have.
    @discardableResult package mutating func restore(_ value: Double, labels: [String] = []) -> Bool {
        Mistake.tolerate { () throws(Mistake) in try replace(value, labels) }
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

    mutating func replace(_ value: Double, _ labels: [String]) throws(Mistake) {
        if descriptor.kind == .info, value != 1 { throw .number(metric: descriptor.name, value: value) }
        try table.update(labels, descriptor) { $0 = value }
    }
}
