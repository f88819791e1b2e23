/// Names a table of the application's database.
package struct TableReference: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// Nil for the engine's usual one.
    package var schema: String?
    package var name: String

    package init(_ name: String, schema: String? = nil) {
        self.schema = schema
        self.name = name
    }

    package init(stringLiteral name: String) {
        self.init(name)
    }

    /// By its bytes: what looks the same may be two tables.
    package static func == (left: TableReference, right: TableReference) -> Bool {
        left.name.isSame(as: right.name)
            && (left.schema.map { $0.isSame(as: right.schema ?? "") } ?? (right.schema == nil))
    }

    package var description: String {
        schema.map { "\($0).\(name)" } ?? name
    }
}

/// Names a column of a table.
package struct ColumnReference: Sendable, Hashable {
    package var table: TableReference
    package var column: String

    package init(_ table: TableReference, _ column: String) {
        self.table = table
        self.column = column
    }
}

/// What an operation can't do without.
package struct TableNeed: Sendable, Equatable {
    package var table: TableReference
    /// What has to name each of its rows, and no other; none where nobody has to.
    package var key: [String]
    /// All of them, the key's first, in the order in which what is missing is named.
    package var columns: [String]

    package init(_ table: TableReference, key: [String], _ others: [String]) {
        self.table = table
        self.key = key
        columns = key + others.filter { other in !key.contains { $0.isSame(as: other) } }
    }

    /// A table of which columns are read, and no row is named.
    package init(reading table: TableReference, _ columns: [String]) {
        self.init(table, key: [], columns)
    }
}

/// A foreign key by which a table's rows go when the row that they refer to is deleted.
package struct CascadingKey: Sendable, Equatable {
    /// The column of the table whose rows go.
    package var column: String
    /// What it refers to; nil for the other table's primary key.
    package var parentColumn: String?

    package init(column: String, parentColumn: String?) {
        self.column = column
        self.parentColumn = parentColumn
    }
}
