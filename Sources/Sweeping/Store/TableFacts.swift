/// What a database says of one of its tables.
package struct TableFacts: Sendable, Equatable {
    package struct Column: Sendable, Equatable {
        package var name: String
        /// As the table declares it; empty for none.
        package var declaredType: String

        package init(_ name: String, _ declaredType: String) {
            self.name = name
            self.declaredType = declaredType
        }
    }

    /// A foreign key of another table, or of the same, that leads to this one.
    package struct Reference: Sendable, Equatable {
        /// What becomes of its rows when those go that they refer to.
        package enum Fate: Sendable {
            /// They go along.
            case goes
            /// They get another value in the column.
            case changes
            /// They refuse it.
            case refuses
        }

        package var table: TableReference
        package var column: String
        package var fate: Fate

        package init(_ table: TableReference, column: String, fate: Fate) {
            self.table = table
            self.column = column
            self.fate = fate
        }
    }

    /// What runs when the table's rows change.
    package struct Trigger: Sendable, Equatable {
        /// What it is and its name, for a person.
        package var label: String
        /// All that it does, as the database has it.
        package var definition: String

        package init(_ label: String, _ definition: String) {
            self.label = label
            self.definition = definition
        }
    }

    package var table: TableReference
    package var columns: [Column]
    /// The columns of the primary key; none where the table has no such.
    package var primaryKey: [String]
    package var references: [Reference]
    package var triggers: [Trigger]

    package init(
        _ table: TableReference, columns: [Column], primaryKey: [String], references: [Reference] = [],
        triggers: [Trigger] = []
    ) {
        self.triggers = triggers
        self.table = table
        self.columns = columns
        self.primaryKey = primaryKey
        self.references = references
    }

    /// Whatever case its letters A to Z have.
    package func has(_ column: String) -> Bool {
        columns.contains { $0.name.folded.isSame(as: column.folded) }
    }
}

/// What a column's values show of the times in it.
package struct ColumnTimes: Sendable, Equatable {
    package var format: TimeFormat
    package var oldest: Timestamp?
    package var newest: Timestamp?

    package init(format: TimeFormat, oldest: Timestamp?, newest: Timestamp?) {
        self.format = format
        self.oldest = oldest
        self.newest = newest
    }
}
