/// What a row refers to: the row of a table that has these values in these columns.
package struct ParentReference: Sendable, Hashable {
    /// Columns of a table, whoever writes their names how.
    struct Place: Sendable, Hashable {
        let table: String
        let columns: [String]
    }

    let place: Place
    private let values: [Value]

    package init(_ table: TableReference, columns: [String], values: [Value]) {
        self.init(Place(table: table.description.folded, columns: columns.map(\.folded)), values)
    }

    private init(_ place: Place, _ values: [Value]) {
        self.place = place
        // A number is the same one, however it is kept.
        self.values = values.map { value in
            guard case .real(let number) = value, let whole = Int64(exactly: number) else { return value }
            return .integer(whole)
        }
    }

    /// What refers to a row by a place; nil where the row has no such columns.
    init?(to row: ArchivedRow, by place: Place) {
        guard row.table.table.description.folded.isSame(as: place.table) else { return nil }
        let places = place.columns.compactMap { name in
            row.table.columns.firstIndex { $0.name.folded.isSame(as: name) }
        }
        guard places.count == place.columns.count else { return nil }
        self.init(place, places.map { row.values[$0] })
    }
}
