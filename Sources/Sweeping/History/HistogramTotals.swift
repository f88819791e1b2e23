/// Observations counted by size: what a Prometheus histogram is made of.
package struct HistogramTotals: Sendable, Equatable, Codable {
    /// Upper bounds, ascending, without infinity.
    package private(set) var bounds: [Double]
    /// Observations in each bucket alone, one more than there are bounds: the last is for what is above them all.
    package private(set) var counts: [Int]
    package private(set) var sum: Double

    package init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
        sum = 0
    }

    /// - Throws: `DecodingError` when the parts don't fit together, as in a document that was damaged.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        bounds = try container.decode([Double].self, forKey: .bounds)
        counts = try container.decode([Int].self, forKey: .counts)
        sum = try container.decode(Double.self, forKey: .sum)
        guard counts.count == bounds.count + 1 else {
            throw DecodingError.dataCorruptedError(
                forKey: .counts, in: container, debugDescription: "a histogram has one bucket more than it has bounds")
        }
    }

    package mutating func observe(_ value: Double) {
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }

    /// Adds the observations of `other`. Totals that were kept with other bounds can't be sorted in any more and are left out.
    package mutating func add(_ other: HistogramTotals) {
        guard other.bounds == bounds else { return }
        for index in counts.indices { counts[index] += other.counts[index] }
        sum += other.sum
    }
}
