/// A metric that counts observations by size.
package struct HistogramFamily: MetricFamily {
    /// What one series has observed.
    package struct Observations: Sendable, Hashable {
        /// How many fell into each bucket alone, not cumulated; the last is for what lay above all bounds.
        package fileprivate(set) var counts: [Int]
        package fileprivate(set) var sum: Double = 0

        package var count: Int { counts.reduce(0, +) }
    }

    /// Above this a count isn't exact as a sample's value any more (and sums of counts can't overflow below it).
    private static let largestCount = 1 << 53

    package let descriptor: MetricDescriptor
    private let bounds: [Double]
    private var table: SeriesTable<Observations>

    /// - Precondition: the descriptor is of a histogram.
    package init(_ descriptor: MetricDescriptor) {
        guard case .histogram(let bounds) = descriptor.kind else {
            preconditionFailure("\(descriptor.name) is no histogram")
        }
        self.descriptor = descriptor
        self.bounds = bounds
        let none = Observations(counts: Array(repeating: 0, count: bounds.count + 1))
        table = SeriesTable(descriptor, zero: none)
    }

    /// Counts a value, in the smallest bucket whose bound it doesn't exceed. A value that is negative or not finite would spoil the sum
    /// for ever; it, and labels that the metric doesn't have, stop a debug build; a release build leaves them out.
    package mutating func observe(_ value: Double, labels: [String] = []) {
        Mistake.stopDebugBuilds { () throws(Mistake) in try count(value, labels) }
    }

    /// Takes over counts that were kept elsewhere.
    /// - Parameter counts: each bucket alone, not cumulated, the last for what lay above all bounds.
    /// - Returns: whether it did. It doesn't take what isn't one count more than there are bounds, negative counts or sums, nor those
    ///   of a label value that this version doesn't have.
    @discardableResult package mutating func restore(counts: [Int], sum: Double, labels: [String] = []) -> Bool {
        Mistake.tolerate { () throws(Mistake) in try replace(counts, sum, labels) }
    }

    /// Nil for a series that doesn't exist, or not yet.
    package func value(labels: [String] = []) -> Observations? {
        table.value(labels)
    }

    package var samplesSizeLimit: Int {
        // A line a bucket, one for infinity, the sum and the count.
        table.series.reduce(0) { $0 + (bounds.count + 3) * SampleWriter.sizeLimit(descriptor, $1.labels) }
    }

    package func writeSamples(_ writer: inout SampleWriter) {
        let texts = (bounds + [.infinity]).map { NumberText.bound($0, writer.format) }
        for series in table.series {
            var total = 0
            for (text, count) in zip(texts, series.value.counts) {
                total += count
                writer.sample(
                    descriptor.name, "_bucket", labels: series.labels, bound: text, value: Double(total))
            }
            writer.sample(descriptor.name, "_sum", labels: series.labels, value: series.value.sum)
            writer.sample(descriptor.name, "_count", labels: series.labels, value: Double(total))
        }
    }

    mutating func count(_ value: Double, _ labels: [String]) throws(Mistake) {
        guard value >= 0, value.isFinite else { throw .number(metric: descriptor.name, value: value) }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        try table.update(labels, descriptor) { observations in
            observations.counts[bucket] += 1
            observations.sum += value
        }
    }

    private mutating func replace(_ counts: [Int], _ sum: Double, _ labels: [String]) throws(Mistake) {
        guard counts.count == bounds.count + 1, counts.allSatisfy({ (0...Self.largestCount).contains($0) }),
            counts.reduce(0, +) <= Self.largestCount
        else { throw .buckets(metric: descriptor.name, counts: counts) }
        guard sum >= 0, sum.isFinite else { throw .number(metric: descriptor.name, value: sum) }
        try table.update(labels, descriptor) { $0 = Observations(counts: counts, sum: sum) }
    }
}
