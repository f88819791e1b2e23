/// Rows of another table that go before the rows that they belong to, with or without a foreign key.
package struct Dependents: Sendable, Equatable {
    package var table: TableReference
    /// The column that says which row they belong to.
    package var column: String
    /// By which of that row's columns; nil for its key.
    package var parentColumn: String?
    package var isEnabled = true
    /// Those that stay: rows that are named there.
    package var unlessReferenced: [ColumnReference] = []
    /// What names their rows; none where only the database itself can tell them apart.
    package var key: [String] = []

    package init(_ table: TableReference, column: String) {
        self.table = table
        self.column = column
    }

    /// What has to hold of one of the rows for it to go; nil where all go.
    package var standing: Condition? {
        guard !unlessReferenced.isEmpty else { return nil }
        return .all(
            unlessReferenced.map {
                .noRow(RowReference(column: key.first ?? "", table: $0.table, target: $0.column))
            })
    }
}
