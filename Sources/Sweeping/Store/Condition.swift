/// Which rows are meant: a value that the domain evaluates on a row as an engine read it, and that an engine may translate into its own
/// language.
package indirect enum Condition: Sendable, Equatable {
    /// Every one of them holds; with none, any row will do.
    case all([Condition])
    /// The column's value is one of these, byte for byte; NULL only where it is among them.
    case isIn(String, [Value])
    /// The same, whatever case its letters A to Z have. The values are in lower case.
    case isInFolded(String, [Value])
    case isNotIn(String, [Value])
    /// The row's time lies longer ago than it is kept. Without a time a row is kept.
    case isOver(TimeSource, Retention, now: Timestamp)
    /// No row of another table is what this says.
    case noRow(RowReference)
    case someRow(RowReference)

    /// What a condition comes to.
    package enum Answer: Sendable, Equatable {
        case yes
        case no
        /// Nobody can say.
        case unclear(SkipReason)
    }

    package func answer(on row: SelectedRow) -> Answer {
        switch self {
        case .all(let parts):
            var doubt: SkipReason?
            for part in parts {
                switch part.answer(on: row) {
                case .yes: continue
                case .no: return .no
                case .unclear(let reason): doubt = doubt ?? reason
                }
            }
            return doubt.map(Answer.unclear) ?? .yes
        case .isIn(let column, let values): return Answer(values.contains(row[column]))
        case .isInFolded(let column, let values): return Answer(values.contains(row[column].folded))
        case .isNotIn(let column, let values): return Answer(!values.contains(row[column]))
        case .isOver(let source, let retention, let now):
            guard let keep = retention.keep(of: row) else { return .no }
            switch source.time(of: row) {
            case .null: return .no
            case .unreadable: return .unclear(.unreadable)
            case .at(let time): return Answer(time < now - keep)
            }
        case .noRow(let reference): return reference.answer(on: row).opposite
        case .someRow(let reference): return reference.answer(on: row)
        }
    }

    /// The conditions that all have to hold.
    package var conjuncts: [Condition] {
        if case .all(let parts) = self { parts.flatMap(\.conjuncts) } else { [self] }
    }
}

/// A row of another table, reached by a column. To be evaluated it has to be read along, by a lookup of the same column and table.
package struct RowReference: Sendable, Equatable {
    /// The column of the row at hand.
    package var column: String
    package var table: TableReference
    /// The other table's column.
    package var target: String
    /// What the other row has to be. Only an engine can follow it to further tables.
    package var condition: Condition
    /// Whether both columns have to have the same, to the byte, whatever a column's collation makes of it.
    package var isExact = false

    package init(column: String, table: TableReference, target: String, condition: Condition = .all([])) {
        self.column = column
        self.table = table
        self.target = target
        self.condition = condition
    }

    fileprivate func answer(on row: SelectedRow) -> Condition.Answer {
        guard case .found(let other) = row.link(column, table) else { return .no }
        return condition.answer(on: other)
    }
}

extension Condition.Answer {
    fileprivate init(_ holds: Bool) {
        self = holds ? .yes : .no
    }

    fileprivate var opposite: Condition.Answer {
        switch self {
        case .yes: .no
        case .no: .yes
        case .unclear: self
        }
    }
}
