/// What a row refers to: the row of a table that has these values in these columns.
package struct ParentReference: Sendable, Hashable {
    /// Columns of a table, whoever writes their names how.
    package struct Place: Sendable, Hashable {
        /// What an archive may call it.
        let tables: Set<String>
        let columns: [String]
        /// Whether only the same values are equal there. Of others the engine alone knows which are, as with letters of either case.
        let isExact: Bool

        /// - Parameter names: all that the table may be called.
        package init(_ names: [TableReference], columns: [String], isExact: Bool) {
            tables = Set(names.map(\.description.folded))
            self.columns = columns.map(\.folded)
            self.isExact = isExact
        }

        /// The columns' places in a row; nil where it is another table's, or has no such columns.
        package func columns(of table: ArchivedTable) -> [Int]? {
            guard tables.contains(table.table.description.folded) else { return nil }
            let places = columns.compactMap { name in
                table.columns.firstIndex { $0.name.folded.isSame(as: name) }
            }
            return places.count == columns.count ? places : nil
        }
    }

    let place: Place
    private let values: [Value]

    /// - Parameter values: where the place isn't exact, what the engine has alike for all that it takes for equal.
    package init(_ place: Place, _ values: [Value]) {
        self.place = place
        // A number is the same one, however it is kept.
        self.values = values.map { value in
            guard case .real(let number) = value, let whole = Int64(exactly: number) else { return value }
            return .integer(whole)
        }
    }
}

extension SessionAbilities {
    /// What refers to each of the rows, by all of the places.
    func references(to rows: [ArchivedRow], by places: Set<ParentReference.Place>) async throws -> [[ParentReference]] {
        var references: [[ParentReference]] = rows.map { _ in [] }
        for place in places {
            let own = rows.indices.filter { place.columns(of: rows[$0].table) != nil }
            guard !own.isEmpty else { continue }
            let found =
                place.isExact
                ? own.map { row in
                    place.columns(of: rows[row].table).map { ParentReference(place, $0.map { rows[row].values[$0] }) }
                }
                : try await self.references(to: own.map { rows[$0] }, by: place)
            for (row, reference) in zip(own, found) { reference.map { references[row].append($0) } }
        }
        return references
    }
}
