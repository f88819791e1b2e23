import Sweeping

/// What PostgreSQL has alike for all values that are equal in the columns to which a foreign key leads: `1.50` and `1.5`, a `char` with blanks
/// behind it and without, letters of either case where an extension's type or a collation has it so. PostgreSQL's own hashes are just that.
struct EqualNames {
    private let columns: [ColumnShape]

    /// - Parameter columns: those to which the key leads.
    init(_ columns: [ColumnShape]) {
        self.columns = columns
    }

    /// Whether what refers to the columns equals them only where it is the same.
    func areTheSame(from children: [ColumnShape]) -> Bool {
        zip(columns, children).allSatisfy { own, child in
            !own.isLoose && !child.isLoose && own.kind == child.kind
        } || !columns.allSatisfy(\.hasHash)
    }

    /// - Parameter own: the columns that have the values, with their types.
    func of(_ values: [[Value]], from own: [ColumnShape], in link: PostgresLink) throws -> [[Value]] {
        guard !values.isEmpty else { return [] }
        var statement = Statement()
        let lists = own.indices.map { place in
            "\(statement.bind(values.map { ExactText.argument($0[place]) }))::\(own[place].type)[]"
        }
        let names = columns.indices.map { "k\($0)" }
        let hashes = zip(columns, names).map { column, name in
            "hash_array_extended(ARRAY[(g.\(name)::\(column.type))\(column.collation.map { " COLLATE \($0)" } ?? "")], 0)"
        }
        statement.sql = """
            SELECT \(hashes.joined(separator: ", ")) FROM unnest(\(lists.joined(separator: ", "))) WITH ORDINALITY \
            AS g (\(names.joined(separator: ", ")), place) ORDER BY g.place
            """
        let answer = try link.run(statement)
        return (0..<answer.count).map { row in
            columns.indices.map { answer.integer(row, $0).map(Value.integer) ?? .null }
        }
    }
}
