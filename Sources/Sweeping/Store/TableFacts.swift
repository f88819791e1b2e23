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

    package var table: TableReference
    package var columns: [Column]
    /// The columns of the primary key; none where the table has no such.
    package var primaryKey: [String]

    package init(_ table: TableReference, columns: [Column], primaryKey: [String]) {
        self.table = table
        self.columns = columns
        self.primaryKey = primaryKey
    }

    /// - Parameter areSame: how the database compares names.
    package func has(_ column: String) -> Bool {
        columns.contains { $0.name.folded.isSame(as: column.folded) }
    }
}
