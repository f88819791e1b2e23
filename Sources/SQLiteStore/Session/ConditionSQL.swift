import Sweeping

/// A condition in SQL that comes to exactly what the domain makes of it.
struct ConditionSQL {
    private(set) var sql: String
    private(set) var values: [Value] = []
    /// How many other tables have been reached: each has a name of its own.
    private var others = 0
    /// Keeps those apart from the names of other conditions in the same statement.
    private let mark: String

    /// - Parameters:
    ///   - row: the table's name, or its alias, as SQL has it.
    ///   - mark: what other tables' names begin with.
    /// - Throws: `StoreError` for what SQL can't say: times are read by the domain alone.
    init(_ condition: Condition, of row: String, mark: String = "other") throws {
        sql = ""
        self.mark = mark
        sql = try translate(condition, row)
    }

    private mutating func translate(_ condition: Condition, _ row: String) throws -> String {
        switch condition {
        case .all(let parts):
            let parts = try parts.map { try translate($0, row) }
            return parts.isEmpty ? "1" : "(" + parts.joined(separator: " AND ") + ")"
        case .isIn(let column, let values): return list("\(row).\(quoted(column)) COLLATE BINARY", values)
        case .isInFolded(let column, let values): return list("lower(\(row).\(quoted(column)))", values)
        case .isNotIn(let column, let values):
            return "NOT " + list("\(row).\(quoted(column)) COLLATE BINARY", values)
        case .noRow(let reference): return "NOT " + (try exists(reference, row))
        case .someRow(let reference): return try exists(reference, row)
        case .isOver: throw StoreError(.other, "a condition on times can't be asked of SQLite")
        }
    }

    private mutating func exists(_ reference: RowReference, _ row: String) throws -> String {
        others += 1
        let other = others == 1 ? mark : "\(mark)\(others)"
        let (target, column) = ("\(other).\(quoted(reference.target))", "\(row).\(quoted(reference.column))")
        // The first finds the rows by an index; what it takes for the same beyond that is told apart by the second.
        let link =
            "\(target) = \(column)"
            + (reference.isExact ? " AND CAST(\(target) AS TEXT) COLLATE BINARY = CAST(\(column) AS TEXT)" : "")
        let condition = try translate(reference.condition, other)
        return "EXISTS (SELECT 1 FROM \(quoted(reference.table.sqlName)) AS \(other) WHERE \(link) AND \(condition))"
    }

    /// Whether the expression is one of the values; never NULL itself.
    private mutating func list(_ expression: String, _ values: [Value]) -> String {
        let words = values.filter { !$0.isNull }
        self.values += words
        let marks = words.map { _ in "?" }.joined(separator: ", ")
        let isWord = "coalesce(\(expression) IN (\(marks)), 0)"
        return words.count < values.count ? "(\(isWord) OR \(expression) IS NULL)" : isWord
    }
}
