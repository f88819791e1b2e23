import Sweeping

/// A part of a table that is walked from its beginning to its end.
enum ScanPart: Sendable, Equatable {
    /// Every row, in the order of the key.
    case whole
    /// Rows with one of these words in a column that an index leads to, in the order of the key.
    case words(column: String, values: [Value])
    /// Rows between two values of a column that an index leads to, the second left out, in the column's order and then the key's.
    case range(column: String, from: String, to: String?)

    /// What of a selection an index can serve, so that a walk needn't look at the whole table.
    ///
    /// A time that rows must lie behind goes before words that they must have: the words of rows that are over are those of nearly all.
    static func parts(
        of selection: Selection, on table: TableShape, _ schema: PostgresSchema, _ options: SessionOptions,
        in link: PostgresLink
    ) throws -> [ScanPart] {
        for case .isOver(.column(let column), let retention, let now) in selection.condition.conjuncts {
            guard let shape = table.column(column), table.index(leading: column) != nil else { return [.whole] }
            let reading = selection.allColumns.first { $0.name.isSame(as: column) }?.reading ?? TimeReading()
            if let numbers = try NumberedTimes(shape, of: table, reading, schema, options, in: link) {
                return numbers.parts(column, before: retention.shortest.map { now - $0 })
            }
            guard case .time(let kind) = shape.kind else { return [.whole] }
            let cutoffs = TimeCutoffs(kind: kind, zone: reading.zone ?? options.timeZone)
            let beyond = ScanPart.range(column: column, from: TimeCutoffs.beyondClocks, to: nil)
            // Where nothing is ever old, nothing but what can't be read needs to be looked at.
            guard let shortest = retention.shortest else { return [beyond] }
            let old = ScanPart.range(column: column, from: cutoffs.unsetBefore, to: cutoffs.text(now - shortest))
            return [old, beyond]
        }
        for case .isIn(let column, let values) in selection.condition.conjuncts
        where table.index(leading: column) != nil && !values.contains(.null) {
            return [.words(column: column, values: values)]
        }
        return [.whole]
    }

    /// The column that an index would have to lead to; nil where none would help.
    static func column(of selection: Selection) -> String? {
        let conditions = selection.condition.conjuncts
        for case .isOver(.column(let column), _, _) in conditions { return column }
        for case .isIn(let column, let values) in conditions where !values.contains(.null) { return column }
        return nil
    }

    /// What puts its rows in order before the key.
    func sorted(on table: TableShape) -> ColumnShape? {
        if case .range(let column, _, _) = self { table.column(column) } else { nil }
    }

    /// Which rows are in it, as an index takes it.
    /// - Parameter isBegun: whether the rows lie behind one of its own. A range's beginning isn't said again then: to learn how many rows lie
    ///   behind that, the planner would look for the first, past all the entries of the index whose rows are gone.
    func condition(on table: TableShape, isBegun: Bool = false, _ statement: inout Statement) throws -> String {
        switch self {
        case .whole: return "true"
        case .words(let column, let values):
            let shape = try table.required(column)
            let words = values.compactMap(shape.argument)
            let marks = statement.bind(words)
            return shape.kind == .other
                ? "\(shape.sql())::text = ANY (\(marks)::text[])"
                : "\(shape.compared()) = ANY (\(marks)::\(shape.widestType)[])"
        case .range(let column, let from, let to):
            let shape = try table.required(column)
            var bounds: [String] = []
            if !isBegun { bounds.append("\(shape.sql()) >= \(statement.bind(from))::\(shape.widestType)") }
            if let to { bounds.append("\(shape.sql()) < \(statement.bind(to))::\(shape.widestType)") }
            return bounds.isEmpty ? "true" : bounds.joined(separator: " AND ")
        }
    }
}

/// Where a page of a scan ended.
package struct ScanCursor: Sendable {
    /// Which of the scan's parts is being read.
    var part = 0
    /// The last row's values in the columns that the part is sorted by; nil at its beginning.
    var place: [[UInt8]?]?
    /// Whether most rows of the page before qualified; of a part's first page it is believed.
    var isDense = true
}
