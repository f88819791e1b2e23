/// What a row refers to: the row of a table that has these values in these columns.
package struct ParentReference: Sendable, Hashable {
    /// Columns of a table, whoever writes their names how.
    package struct Place: Sendable, Hashable {
        /// What an archive may call it.
        let tables: Set<String>
        let columns: [String]

        /// - Parameter names: all that the table may be called.
        package init(_ names: [TableReference], columns: [String]) {
            tables = Set(names.map(\.description.folded))
            self.columns = columns.map(\.folded)
        }
    }

    let place: Place
    private let values: [Value]

    package init(_ place: Place, _ values: [Value]) {
        self.place = place
        // A number is the same one, however it is kept.
        self.values = values.map { value in
            guard case .real(let number) = value, let whole = Int64(exactly: number) else { return value }
            return .integer(whole)
        }
    }

    /// What refers to a row by a place; nil where the row has no such columns.
    init?(to row: ArchivedRow, by place: Place) {
        guard place.tables.contains(row.table.table.description.folded) else { return nil }
        let places = place.columns.compactMap { name in
            row.table.columns.firstIndex { $0.name.folded.isSame(as: name) }
        }
        guard places.count == place.columns.count else { return nil }
        self.init(place, places.map { row.values[$0] })
    }
}
