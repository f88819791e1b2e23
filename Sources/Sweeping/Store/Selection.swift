/// Rows of one table that somebody wants to look at, and what to read of them.
package struct Selection: Sendable, Equatable {
    /// Whose it is, for messages: an operation's name.
    package var label: String
    package var noun: RowNoun
    package var table: TableReference
    /// The columns that name a row, in reports and between reading and changing it.
    package var key: [String]
    /// What is read besides the key.
    package var columns: [ReadColumn]
    /// Which rows are meant. The engine may use it to pass over rows that it doesn't concern, and may give some of those all the
    /// same: whoever asks looks at each row again.
    package var condition: Condition
    /// Rows of other tables that are read along.
    package var lookups: [Lookup]

    package init(
        label: String, noun: RowNoun = RowNoun(one: "row", many: "rows"), table: TableReference, key: [String],
        columns: [ReadColumn], condition: Condition, lookups: [Lookup] = []
    ) {
        self.label = label
        self.noun = noun
        self.table = table
        self.key = key
        self.columns = columns
        self.condition = condition
        self.lookups = lookups
    }

    /// The columns of the key, those that are read besides, and those that lead to other rows, each once.
    package var allColumns: [ReadColumn] {
        ReadColumn.joined(key, columns + lookups.map { ReadColumn($0.column, isOptional: true) })
    }

    /// The columns that are read as times, on the clock that is set for all.
    package var times: [ColumnReference] {
        columns.filter { $0.isTime && $0.reading.zone == nil }.map { ColumnReference(table, $0.name) }
    }
}

/// What the rows of a table are called.
package struct RowNoun: Sendable, Equatable {
    package var one: String
    package var many: String

    package init(one: String, many: String) {
        self.one = one
        self.many = many
    }
}

/// A column that is read.
package struct ReadColumn: Sendable, Equatable, ExpressibleByStringLiteral {
    package var name: String
    /// Whether a table without it will do; then it reads as NULL.
    package var isOptional: Bool
    /// Whether it is read as a time: then the engine finds out how the column holds its times.
    package var isTime: Bool
    /// What somebody said of how it holds them.
    package var reading = TimeReading()

    package init(_ name: String, isOptional: Bool = false, isTime: Bool = false) {
        self.name = name
        self.isOptional = isOptional
        self.isTime = isTime
    }

    package static func time(_ name: String, isOptional: Bool = false) -> ReadColumn {
        ReadColumn(name, isOptional: isOptional, isTime: true)
    }

    package init(stringLiteral name: String) {
        self.init(name)
    }

    fileprivate static func joined(_ key: [String], _ columns: [ReadColumn]) -> [ReadColumn] {
        var all = key.map { ReadColumn($0) }
        for column in columns {
            if let known = all.firstIndex(where: { $0.name.isSame(as: column.name) }) {
                // An application without all times may use one column for several.
                all[known].isTime = all[known].isTime || column.isTime
                if column.isTime { all[known].reading = column.reading }
            } else {
                all.append(column)
            }
        }
        return all
    }
}

/// What is known beforehand of how a column holds its times.
package struct TimeReading: Sendable, Hashable {
    /// Nil where the column's own values tell.
    package var format: TimeFormat?
    /// The clock of times that carry no offset; nil for the run's.
    package var zone: TimeZoneRules?

    package init(format: TimeFormat? = nil, zone: TimeZoneRules? = nil) {
        self.format = format
        self.zone = zone
    }

    /// A reader as the column's values suggest it, made to read as somebody said.
    package func applied(to reader: TimeReader) -> TimeReader {
        var reader = reader
        if let format { reader.format = format }
        if let zone { reader.zone = zone }
        return reader
    }
}

/// A row of another table, to which a column leads: the first that has its value.
package struct Lookup: Sendable, Equatable {
    /// The column of the table that is scanned.
    package var column: String
    package var table: TableReference
    package var key: [String]
    /// The other table's column.
    package var target: String
    package var columns: [ReadColumn]
    /// Whether rows that an earlier operation of a dry run would have deleted are passed over.
    package var passesOverGone = false

    package init(
        column: String, table: TableReference, key: [String], target: String, columns: [ReadColumn]
    ) {
        self.column = column
        self.table = table
        self.key = key
        self.target = target
        self.columns = columns
    }

    /// The columns of the key and those that are read besides, each once.
    package var allColumns: [ReadColumn] { ReadColumn.joined(key, columns) }
}
