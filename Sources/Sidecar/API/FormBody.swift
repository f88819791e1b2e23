import HTTPServer

/// What a form of the page sends, decoded strictly: nothing is ignored.
struct FormBody: Equatable {
    /// Names that a form may send, and how often each.
    private static let largestCount = 1_000

    private var values: [String: [String]] = [:]

    /// - Parameters:
    ///   - single: fields that are there at most once.
    ///   - repeated: fields that may be there often.
    /// - Throws: `RequestProblem`.
    init(_ bytes: [UInt8], single: [String], repeated: [String] = []) throws(RequestProblem) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .malformed("the form isn't UTF-8") }
        // A form is written like a query.
        let items = RequestTarget("/?" + text)?.query ?? []
        guard items.count <= FormBody.largestCount else { throw .malformed("the form has too many fields") }
        for item in items {
            guard single.contains(item.name) || repeated.contains(item.name) else {
                throw .malformed("unknown field '\(item.name)' in the form")
            }
            guard values[item.name] == nil || repeated.contains(item.name) else {
                throw .malformed("'\(item.name)' is given twice in the form")
            }
            values[item.name, default: []].append(item.value)
        }
    }

    /// Nil where it is missing or empty.
    subscript(name: String) -> String? {
        guard let value = values[name]?.first, !value.isEmpty else { return nil }
        return value
    }

    func all(_ name: String) -> [String] { values[name] ?? [] }
}
