/// A metric that counts observations by size.
package struct HistogramFamily: MetricFamily {
    private struct Counts: Sendable {
        /// Each bucket alone, one more than there are bounds.
        var buckets: [Int]
        var sum: Double = 0
    }

    package let descriptor: MetricDescriptor
    private let bounds: [Double]
    private var table: SeriesTable<Counts>

    /// - Precondition: the descriptor is of a histogram.
    package init(_ descriptor: MetricDescriptor) {
        guard case .histogram(let bounds) = descriptor.kind else {
            preconditionFailure("\(descriptor.name) is no histogram")
        }
        self.descriptor = descriptor
        self.bounds = bounds
        table = SeriesTable(descriptor, zero: Counts(buckets: Array(repeating: 0, count: bounds.count + 1)))
    }

    package mutating func observe(_ value: Double, labels: [String] = []) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        table.update(labels, descriptor) { counts in
            counts.buckets[bucket] += 1
            counts.sum += value
        }
    }

    /// Takes over counts that are kept elsewhere.
    /// - Parameter counts: each bucket alone, the last for what is above all bounds.
    /// - Precondition: there is one more count than there are bounds.
    package mutating func restore(counts: [Int], sum: Double, labels: [String] = []) {
        precondition(counts.count == bounds.count + 1, "\(descriptor.name) has \(bounds.count + 1) buckets")
        table.update(labels, descriptor) { $0 = Counts(buckets: counts, sum: sum) }
    }

    package func writeSamples(_ writer: inout SampleWriter) {
        let texts = (bounds + [.infinity]).map { TextBuffer.bound($0, writer.format) }
        for series in table.sorted {
            var total = 0
            for (text, count) in zip(texts, series.value.buckets) {
                total += count
                writer.sample(
                    descriptor.name, "_bucket", labels: series.labelText, bound: text, value: Double(total))
            }
            writer.sample(descriptor.name, "_sum", labels: series.labelText, value: series.value.sum)
            writer.sample(descriptor.name, "_count", labels: series.labelText, value: Double(total))
        }
    }
}
