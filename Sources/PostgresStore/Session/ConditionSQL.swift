import Sweeping

/// Conditions in PostgreSQL's words.
///
/// Either to the letter, where a change hangs on it; or so that no row is missed for which the condition holds or nobody can say, where
/// the domain looks at each row again.
struct ConditionSQL {
    let schema: PostgresSchema
    let options: SessionOptions
    let link: PostgresLink
    /// The columns that the conditions are about, with what was said of how they hold their times.
    var columns: [ReadColumn] = []

    /// What was said of how a column holds its times.
    private func reading(_ column: String) -> TimeReading {
        columns.first { $0.name.isSame(as: column) }?.reading ?? TimeReading()
    }

    /// - Throws: `StoreError` for what SQL can't say exactly.
    func exact(_ condition: Condition, of table: TableShape, as row: String, _ statement: inout Statement) throws
        -> String
    {
        guard let sql = try translate(condition, table, row, &statement, isExact: true) else {
            throw StoreError(.other, "a condition on \(table.label) can't be asked of PostgreSQL")
        }
        return sql
    }

    /// - Returns: `true` where nothing can be said.
    func narrowing(_ condition: Condition, of table: TableShape, as row: String, _ statement: inout Statement) throws
        -> String
    {
        let parts = try condition.conjuncts.compactMap {
            try translate($0, table, row, &statement, isExact: false)
        }
        return parts.isEmpty ? "true" : parts.joined(separator: " AND ")
    }

    /// - Returns: nil where it can't be said.
    private func translate(
        _ condition: Condition, _ table: TableShape, _ row: String, _ statement: inout Statement, isExact: Bool
    ) throws -> String? {
        switch condition {
        case .all(let parts):
            var all: [String] = []
            for part in parts {
                if let sql = try translate(part, table, row, &statement, isExact: isExact) {
                    all.append(sql)
                } else if isExact {
                    return nil
                }
            }
            return all.isEmpty ? "true" : "(" + all.joined(separator: " AND ") + ")"
        case .isIn(let column, let values):
            return list(try table.required(column), row, values, isFolded: false, &statement)
        case .isInFolded(let column, let values):
            return list(try table.required(column), row, values, isFolded: true, &statement)
        case .isNotIn(let column, let values):
            return "NOT " + list(try table.required(column), row, values, isFolded: false, &statement)
        case .isOver(.byValue(let name, let choices), let retention, let now):
            let column = try table.required(name)
            var parts: [String] = []
            for choice in choices {
                let isOne = list(column, row, choice.values, isFolded: false, &statement)
                let time = try table.required(choice.column)
                guard let isOver = try isOver(time, table, row, retention, now, &statement, isExact: isExact) else {
                    if isExact { return nil }
                    parts.append(isOne)
                    continue
                }
                parts.append("\(isOne) AND \(isOver)")
            }
            return parts.isEmpty ? "false" : "(" + parts.joined(separator: " OR ") + ")"
        case .isOver(.column(let column), let retention, let now):
            return try isOver(try table.required(column), table, row, retention, now, &statement, isExact: isExact)
        case .noRow(let reference):
            guard isExact, let sql = try exists(reference, table, row, &statement) else { return nil }
            return "NOT " + sql
        case .someRow(let reference):
            guard isExact else { return nil }
            return try exists(reference, table, row, &statement)
        }
    }

    private func exists(_ reference: RowReference, _ table: TableShape, _ row: String, _ statement: inout Statement)
        throws -> String?
    {
        let other = try schema.table(reference.table, in: link)
        let column = try table.required(reference.column)
        // A row of a further table has a name of its own.
        let name = row + "r"
        let link = try other.required(reference.target).link(to: column, as: name, row)
        guard let condition = try translate(reference.condition, other, name, &statement, isExact: true) else {
            return nil
        }
        // Of those that go with a row, a table's own rows alone do; whatever else names it keeps it.
        let rows = reference.isExact ? other.ownRows : other.sql
        return "EXISTS (SELECT 1 FROM \(rows) AS \(name) WHERE \(link) AND \(condition))"
    }

    /// Whether the column has one of the values, to the byte; never NULL itself. What a column of its type can't have is left out: asking
    /// for an enumeration's unknown word would be an error.
    private func list(
        _ column: ColumnShape, _ row: String, _ values: [Value], isFolded: Bool, _ statement: inout Statement
    ) -> String {
        let name = column.sql(row)
        var parts: [String] = []
        if isFolded {
            let words = values.compactMap { if case .text(let bytes) = $0, !bytes.contains(0) { bytes } else { nil } }
            if !words.isEmpty {
                parts.append(
                    "coalesce(lower(\(name)::text COLLATE \"C\") = ANY (\(statement.bind(words))::text[]), false)")
            }
        } else {
            let words = values.compactMap(column.argument)
            if !words.isEmpty {
                let marks = statement.bind(words)
                let asked =
                    column.kind == .other
                    ? "\(name)::text = ANY (\(marks)::text[])"
                    : "\(column.compared(row)) = ANY (\(marks)::\(column.widestType)[])"
                parts.append("coalesce(\(asked), false)")
            }
        }
        if values.contains(.null) { parts.append("\(name) IS NULL") }
        return parts.isEmpty ? "false" : "(" + parts.joined(separator: " OR ") + ")"
    }

    /// A time that lies before the row's cutoff, and isn't *unset*; what no clock shows is for the domain to look at.
    private func isOver(
        _ column: ColumnShape, _ table: TableShape, _ row: String, _ retention: Retention, _ now: Timestamp,
        _ statement: inout Statement, isExact: Bool
    ) throws -> String? {
        let reading = reading(column.name)
        if !isExact, let numbers = try NumberedTimes(column, of: table, reading, schema, options, in: link) {
            return numbers.isBefore(retention.shortest.map { now - $0 }, column.sql(row))
        }
        guard case .time(let kind) = column.kind else { return nil }
        let cutoffs = TimeCutoffs(kind: kind, zone: reading.zone ?? options.timeZone)
        if isExact, !cutoffs.areExact { return nil }
        func cutoff(_ keep: Duration?) -> String {
            "\(statement.bind(keep.map { cutoffs.text(now - $0) } ?? "-infinity"))::\(kind.name)"
        }
        var limit = cutoff(retention.keep)
        var exceptions: [String] = []
        for exception in retention.exceptions {
            guard let shape = table.column(exception.column) else { continue }
            for (value, keep) in exception.keep.sorted(by: { $0.key.displayText < $1.key.displayText }) {
                let isOne = list(shape, row, [value], isFolded: exception.isFolded, &statement)
                exceptions.append("CASE WHEN \(isOne) THEN \(cutoff(keep)) END")
            }
        }
        // Where several are for a row, the longest time wins.
        if !exceptions.isEmpty { limit = "coalesce(least(\(exceptions.joined(separator: ", "))), \(limit))" }
        let name = column.sql(row)
        let isOld = "\(name) < \(limit) AND \(name) >= \(literal(cutoffs.unsetBefore))::\(kind.name)"
        return isExact
            ? "coalesce(\(isOld), false)"
            : "coalesce((\(isOld)) OR \(name) >= \(literal(TimeCutoffs.beyondClocks))::\(kind.name), false)"
    }
}

/// Instants as bounds of a column's values.
struct TimeCutoffs {
    let kind: PostgresTime.Kind
    let zone: TimeZoneRules

    /// From here on years have five digits, and infinity lies behind them: no application's clock shows them.
    static let beyondClocks = "10000-01-01"

    /// Whether a bound says exactly what it is made of.
    var areExact: Bool { kind == .zoned || kind == .plain && zone == .utc }

    /// A value at which every instant before `instant` lies behind, however the zone's clock was set back.
    func text(_ instant: Timestamp) -> String {
        switch kind {
        case .zoned: kind.text(instant, in: .utc)
        case .plain: kind.text(instant + zone.largestSetBack, in: zone)
        case .date: kind.text(instant + zone.largestSetBack + .days(1), in: zone)
        }
    }

    /// A value at which nothing is lost that isn't *unset*.
    var unsetBefore: String {
        kind == .zoned || zone == .utc ? kind.text(StoredTime.unsetBefore, in: .utc) : "1989-12-30"
    }
}

extension ColumnShape {
    /// How this column of one row and another column of another row meet. Types that can't be compared meet as text.
    func link(to other: ColumnShape, as row: String, _ otherRow: String) -> String {
        let (left, right) = (sql(row), other.sql(otherRow))
        let areAlike =
            type == other.type
            || kind == .text && other.kind == .text
            || kind == .integer && other.kind == .integer
        return areAlike ? "\(left) = \(right)" : "\(left)::text = \(right)::text"
    }
}
