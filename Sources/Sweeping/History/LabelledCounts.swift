/// Counts by a metric's name and the values of its labels, in the metric's own order of labels: what counters are made of.
///
/// It knows no metric. Names and values that a later version counted, or an earlier one, are kept like any other; whoever shows the
/// counts takes those that it knows.
package struct LabelledCounts: Sendable, Equatable {
    private var byMetric: [String: [[String]: Int]] = [:]

    package init() {}

    /// Metrics that something was counted for, in alphabetical order.
    package var metrics: [String] { byMetric.keys.sorted() }

    package var isEmpty: Bool { byMetric.isEmpty }

    /// Every count of one metric, by its label values.
    package subscript(metric: String) -> [[String]: Int] { byMetric[metric] ?? [:] }

    /// 0 where nothing was counted.
    package func count(_ metric: String, _ labels: [String] = []) -> Int {
        byMetric[metric]?[labels] ?? 0
    }

    /// Counts `count` more; none more leaves no trace. Nothing overflows: a count stays at the largest number.
    package mutating func add(_ count: Int = 1, to metric: String, _ labels: [String] = []) {
        guard count != 0 else { return }
        let (sum, overflows) = (byMetric[metric]?[labels] ?? 0).addingReportingOverflow(count)
        byMetric[metric, default: [:]][labels] = overflows ? .max : sum
    }

    /// Adds every count of `other`.
    package mutating func merge(_ other: LabelledCounts) {
        for (metric, counts) in other.byMetric {
            for (labels, count) in counts { add(count, to: metric, labels) }
        }
    }

    package static func + (left: LabelledCounts, right: LabelledCounts) -> LabelledCounts {
        var sum = left
        sum.merge(right)
        return sum
    }
}

/// As a list under each metric's name: `{"jobsweep_rows_deleted_total": [{"labels": ["old_jobs"], "count": 12}]}`.
///
/// Reading is tolerant: what isn't a count of this form is left out, and never costs the others.
extension LabelledCounts: Codable {
    private struct Entry: Codable {
        var labels: [String]
        var count: Int

        init(labels: [String], count: Int) {
            self.labels = labels
            self.count = count
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            labels = try container.decodeIfPresent([String].self, forKey: .labels) ?? []
            count = try container.decode(Int.self, forKey: .count)
        }
    }

    /// An entry that reads itself as nil where it can't be read, so that the list around it goes on.
    private struct Tolerant: Decodable {
        var entry: Entry?

        init(from decoder: any Decoder) {
            entry = try? Entry(from: decoder)
        }
    }

    private struct Name: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        for name in container.allKeys {
            guard let entries = try? container.decode([Tolerant].self, forKey: name) else { continue }
            for entry in entries.compactMap(\.entry) { add(entry.count, to: name.stringValue, entry.labels) }
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Name.self)
        for (metric, counts) in byMetric {
            let entries = counts.map { Entry(labels: $0.key, count: $0.value) }
            try container.encode(
                entries.sorted { $0.labels.lexicographicallyPrecedes($1.labels) }, forKey: Name(stringValue: metric))
        }
    }
}
