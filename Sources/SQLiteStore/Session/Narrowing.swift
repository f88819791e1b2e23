import Sweeping

/// What of a selection's condition an index can serve, so that a scan needn't look at the whole table.
///
/// A time that rows must lie behind goes before words that they must have: the words of rows that are over are those of nearly all.
enum Narrowing {
    /// - Parameter reader: says how a column's times are read.
    static func parts(
        of selection: Selection, on table: TableShape, readingBy reader: (String) throws -> TimeReader
    ) rethrows -> [RowScan.Part] {
        for case .isOver(let column, let retention, let now) in selection.condition.conjuncts {
            // Where nothing is ever old, nothing but what can't be read needs to be looked at.
            let cutoff = retention.shortest.map { now - $0 } ?? Timestamp(microseconds: 0)
            return TimeRange.parts(
                of: column, before: cutoff, read: try reader(column), index: table.index(leading: column))
        }
        guard let (column, values) = values(of: selection, on: table), let index = table.index(leading: column) else {
            return [.whole]
        }
        return values.map { .equal(column: column, value: $0, index: index) }
    }

    /// The column that an index would have to lead to; nil where none would help.
    static func column(of selection: Selection) -> String? {
        let conditions = selection.condition.conjuncts
        for case .isOver(let column, _, _) in conditions { return column }
        for case .isIn(let column, let values) in conditions where !values.contains(.null) { return column }
        return nil
    }

    /// Values of which a row has to have one, in a column that an index leads to.
    static func values(of selection: Selection, on table: TableShape) -> (column: String, values: [Value])? {
        for case .isIn(let column, let values) in selection.condition.conjuncts
        where table.index(leading: column) != nil && !values.contains(.null) {
            return (column, values)
        }
        return nil
    }
}
