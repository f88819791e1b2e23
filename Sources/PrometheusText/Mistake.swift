/// A use of a family that can't be right. What it would have done is left undone: one bad label must not cost the whole scrape.
enum Mistake: Error, Hashable, CustomStringConvertible {
    /// Not as many values as the metric has labels.
    case labelCount(metric: String, values: [String])
    /// A value outside a label's closed set.
    case labelValue(metric: String, label: String, value: String)
    /// A number that the metric can't have.
    case number(metric: String, value: Double)
    /// Bucket counts that aren't those of the histogram.
    case buckets(metric: String, counts: [Int])

    var description: String {
        switch self {
        case .labelCount(let metric, let values):
            "\(metric) can't have the label values \(values): their number is wrong"
        case .labelValue(let metric, let label, let value): "\(metric) can't have the label \(label)=\"\(value)\""
        case .number(let metric, let value): "\(metric) can't take the number \(value)"
        case .buckets(let metric, let counts): "\(metric) can't have the bucket counts \(counts)"
        }
    }

    /// For what the program itself says: a programmer's mistake. A debug build stops on it; a release build goes on without it.
    static func stopDebugBuilds(_ work: () throws(Mistake) -> Void) {
        do {
            try work()
        } catch {
            assertionFailure(error.description)
        }
    }

    /// For what was kept from an earlier run, which may have been another version with other label values and buckets: input, so
    /// that only a wrong number of labels is a programmer's mistake.
    static func tolerate(_ work: () throws(Mistake) -> Void) -> Bool {
        do {
            try work()
            return true
        } catch {
            if case .labelCount = error { assertionFailure(error.description) }
            return false
        }
    }
}
