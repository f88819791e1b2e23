import PostgresStore

/// Reads what libpq calls a connection string: `host=/run/postgresql dbname=app user='the sweeper'`.
enum PostgresConnectionString {
    /// What messages call it: a password may stand anywhere in it.
    private static let shown = "the connection string"

    /// Whether `text` begins as one does: with an option of libpq's and an equals sign. Names of files don't.
    static func isOne(_ text: String) -> Bool {
        guard let equals = text.firstIndex(of: "=") else { return false }
        let words = text[..<equals].split(whereSeparator: \.isWhitespace)
        return words.count == 1 && PostgresKeyword.all.contains(String(words[0]))
    }

    /// - Throws: `ValueProblem`; it never repeats a value.
    static func address(_ text: String) throws(ValueProblem) -> PostgresAddress {
        var found: [String: String] = [:]
        var rest = text[...]
        while true {
            rest = rest.drop { $0.isWhitespace }
            guard !rest.isEmpty else { break }
            let keyword = rest.prefix { $0 != "=" && !$0.isWhitespace }
            rest = rest.dropFirst(keyword.count).drop { $0.isWhitespace }
            guard rest.first == "=", !keyword.isEmpty else {
                throw ValueProblem(
                    "\(shown): \(found.isEmpty ? "an option" : "an option after the first \(found.count)") has no value; write"
                        + " keyword=value, and a value with spaces in single quotes")
            }
            rest = rest.dropFirst().drop { $0.isWhitespace }
            let value = try value(&rest, of: keyword)
            switch try PostgresKeyword(String(keyword), of: shown) {
            case .known: if !value.isEmpty { found[String(keyword)] = value }
            case .ssl: throw ValueProblem("\(shown): PostgreSQL has no option 'ssl'; did you mean 'sslmode'?")
            case .ignored: break
            }
        }
        return PostgresAddress(found, name: PostgresURL.name(found))
    }

    /// Takes a value off, which stands in quotes or ends with the next space; a backslash takes the next character as it is.
    private static func value(_ rest: inout Substring, of keyword: Substring) throws(ValueProblem) -> String {
        let isQuoted = rest.first == "'"
        if isQuoted { rest = rest.dropFirst() }
        var value = ""
        while let next = rest.popFirst() {
            if next == "\\", let taken = rest.popFirst() {
                value.append(taken)
            } else if isQuoted ? next == "'" : next.isWhitespace {
                return value
            } else {
                value.append(next)
            }
        }
        guard !isQuoted else {
            throw ValueProblem("\(shown): the value of \(ValueProblem.quoted(keyword)) has a quote that isn't closed")
        }
        return value
    }
}
