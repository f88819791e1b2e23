/// A row as it was before a run deleted or changed it.
package struct ArchivedRow: Sendable, Equatable {
    package enum Fate: Sendable, Equatable {
        case deleted
        /// The run made this of it.
        case changed(to: [Value])
    }

    package var table: ArchivedTable
    /// The engine's own number of the row, where that is none of the columns; nil where it has none.
    package var number: Int64?
    /// In the order of the table's columns, each as the engine keeps it and whole.
    package var values: [Value]
    package var fate: Fate

    package init(_ table: ArchivedTable, number: Int64?, values: [Value], fate: Fate) {
        self.table = table
        self.number = number
        self.values = values
        self.fate = fate
    }

    /// What tells the row from the others of its database.
    package struct Identity: Sendable, Hashable {
        let table: String
        let number: Int64?
        let key: [Value]
    }

    package var identity: Identity {
        Identity(
            table: table.table.description, number: table.key.isEmpty ? number : nil, key: table.key.map { values[$0] })
    }

    /// About how many bytes it takes.
    package var size: Int { values.size }

    /// For a person.
    package var name: String {
        let names = table.key.isEmpty ? [number.map(String.init) ?? "?"] : table.key.map { values[$0].displayText }
        return "\(table.table) \(names.joined(separator: ", "))"
    }
}

extension Value {
    /// Whether both are the same to the bit: a negative zero isn't zero, and what is not a number is itself.
    package func isIdentical(to other: Value) -> Bool {
        switch (self, other) {
        case (.real(let left), .real(let right)): left.bitPattern == right.bitPattern
        default: self == other
        }
    }
}

extension [Value] {
    /// About how many bytes they take.
    package var size: Int {
        reduce(0) { sum, value in
            switch value {
            case .null, .integer, .real: sum + 8
            case .text(let bytes), .blob(let bytes): sum + bytes.count
            }
        }
    }

    package func isIdentical(to other: [Value]) -> Bool {
        count == other.count && zip(self, other).allSatisfy { $0.isIdentical(to: $1) }
    }
}
