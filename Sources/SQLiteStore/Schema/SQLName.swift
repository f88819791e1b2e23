import Sweeping

/// The name of a table or a column as SQLite compares names: the letters A to Z in whatever case, everything else to the byte.
struct SQLName: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// As it was written.
    let description: String
    private let folded: [UInt8]

    init(_ name: String) {
        description = name
        folded = Array(name.folded.utf8)
    }

    init(stringLiteral name: String) {
        self.init(name)
    }

    static func == (left: SQLName, right: SQLName) -> Bool { left.folded == right.folded }

    func hash(into hasher: inout Hasher) { hasher.combine(folded) }
}

extension String {
    /// Whether SQLite takes both for the same name.
    func names(_ other: String) -> Bool { SQLName(self) == SQLName(other) }
}

extension TableReference {
    /// The table's name in the file: its own tables are in the schema `main`, and any other point is a part of the name.
    var sqlName: String {
        guard let schema, !schema.names("main") else { return name }
        return "\(schema).\(name)"
    }
}
