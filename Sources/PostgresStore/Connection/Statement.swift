/// A statement and what is bound to it: always as text, which the statement itself casts.
struct Statement: Sendable, Equatable {
    var sql: String
    private(set) var values: [[UInt8]?] = []
    /// Whether the answer's values come in their types' own text, and not in binary form.
    var isText = false
    /// Whether it comes again and again, so that a connection that remembers statements does it with this one.
    var isRepeated = false

    init(_ sql: String = "") {
        self.sql = sql
    }

    /// Binds a value.
    /// - Returns: what stands for it in the statement.
    mutating func bind(_ value: [UInt8]?) -> String {
        values.append(value)
        return "$\(values.count)"
    }

    mutating func bind(_ text: String?) -> String {
        bind(text.map { Array($0.utf8) })
    }

    mutating func bind(_ elements: some Sequence<[UInt8]?>) -> String {
        bind(ArrayText.array(elements))
    }

    /// The same as one that comes again and again.
    var repeated: Statement {
        var statement = self
        statement.isRepeated = true
        return statement
    }
}

/// The name as SQL has it, whatever characters are in it.
func quoted(_ identifier: String) -> String {
    "\"" + identifier.replacing("\"", with: "\"\"") + "\""
}

/// Text as SQL has it.
func literal(_ text: String) -> String {
    (text.contains("\\") ? " E'" : "'") + text.replacing("\\", with: "\\\\").replacing("'", with: "''") + "'"
}
