import Sweeping

/// Times that a column of whole numbers counts, as bounds of its values: an index on it serves as well as one on a column of times.
struct NumberedTimes {
    private let unit: UnixUnit
    /// Numbers that can be times; zero is *unset*, and others can't be read.
    private let plausible: ClosedRange<Int64>

    /// Nil for a column that counts something else.
    /// - Parameter reading: what somebody said of how the column holds its times.
    init?(
        _ column: ColumnShape, of table: TableShape, _ reading: TimeReading, _ schema: PostgresSchema,
        _ options: SessionOptions, in link: PostgresLink
    ) throws {
        guard column.kind == .integer else { return nil }
        let settled = try schema.reader(of: ColumnReference(table.reference, column.name), options, in: link)
        guard case .unix(let unit) = reading.applied(to: settled).format else { return nil }
        self.unit = unit
        plausible = unit.plausible(now: options.now)
    }

    /// The least number whose moment doesn't lie before `instant`.
    private func number(_ instant: Timestamp) -> Int64 {
        let (whole, rest) = instant.microseconds.quotientAndRemainder(dividingBy: unit.microseconds)
        return rest > 0 ? whole + 1 : whole
    }

    /// What has to be looked at where rows go whose moments lie before `limit`: those, and what can't be read.
    /// - Parameter limit: nil where none goes.
    func parts(_ column: String, before limit: Timestamp?) -> [ScanPart] {
        let old = limit.map { ScanPart.range(column: column, from: "1", to: "\(max(1, number($0)))") }
        return [
            .range(column: column, from: "\(Int64.min)", to: "0"),
            old ?? .range(column: column, from: "1", to: "\(plausible.lowerBound)"),
            .range(column: column, from: "\(plausible.upperBound + 1)", to: nil),
        ]
    }

    /// Whether a moment lies before `limit`, or can't be read.
    func isBefore(_ limit: Timestamp?, _ name: String) -> String {
        let old = limit.map { "\(name) < \(number($0))" } ?? "false"
        return
            "coalesce(\(name) <> 0 AND (\(old) OR \(name) < \(plausible.lowerBound) OR \(name) > \(plausible.upperBound)), false)"
    }
}
