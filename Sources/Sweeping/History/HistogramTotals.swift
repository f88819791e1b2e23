/// Observations counted by size: what a Prometheus histogram is made of.
package struct HistogramTotals: Sendable, Equatable {
    /// Upper bounds, ascending, without infinity.
    package let bounds: [Double]
    /// Observations in each bucket alone, one more than there are bounds: the last is for what is above them all.
    package private(set) var counts: [Int]
    package private(set) var sum: Double

    package init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
        sum = 0
    }

    package mutating func observe(_ value: Double) {
        add(1, upTo: value)
        sum += value
    }

    /// Adds observations that weren't above `bound`. One that isn't among these bounds, as of another version, counts for the next
    /// larger: what was no more than half a second was no more than a second.
    package mutating func add(_ count: Int, upTo bound: Double) {
        let index = bounds.firstIndex { bound <= $0 } ?? bounds.count
        let (total, overflows) = counts[index].addingReportingOverflow(count)
        counts[index] = overflows ? .max : total
    }

    /// Adds to the sum of all observations alone.
    package mutating func add(sum more: Double) {
        if more.isFinite { sum += more }
    }

    /// Adds the observations of `other`.
    package mutating func add(_ other: HistogramTotals) {
        for (index, count) in other.counts.enumerated() {
            add(count, upTo: index < other.bounds.count ? other.bounds[index] : .infinity)
        }
        add(sum: other.sum)
    }
}
