/// The target of a request line, taken apart: `/api/jobs?limit=5`, `*`, or `http://host/path` (RFC 9112 section 3.2).
package struct RequestTarget: Sendable, Equatable {
    /// One `name=value` of the query, decoded. A name without `=` has the value "".
    package struct QueryItem: Sendable, Equatable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The path as it was sent, still encoded, without the query.
    package let rawPath: String
    /// The path decoded.
    package let path: String
    /// The query in its order.
    package let query: [QueryItem]

    /// The host and port that the target names itself, where it is a whole URL.
    let authority: String?

    /// Nil when the path is not percent-encoded UTF-8 or has a NUL in it.
    package init?(_ target: String) {
        guard target.utf8.contains(where: { Self.special.contains($0) }) || target.utf8.first != UInt8(ascii: "/")
        else {
            (rawPath, path, query, authority) = (target, target, [], nil)
            return
        }
        var rest = Substring(target)
        var named: String?
        // Schemes are compared without regard to case (RFC 9110 section 4.2.3).
        if let scheme = ["http://", "https://"].first(where: { HTTPHeaders.same(String(rest.prefix($0.count)), $0) }) {
            rest = rest.dropFirst(scheme.count)
            let end = rest.utf8.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
            named = String(rest[..<end])
            rest = rest[end...]
        }
        authority = named
        if let hash = rest.utf8.firstIndex(of: UInt8(ascii: "#")) { rest = rest[..<hash] }
        let question = rest.utf8.firstIndex(of: UInt8(ascii: "?"))
        let raw = rest[..<(question ?? rest.endIndex)]
        guard let decoded = PercentDecoding.path(raw) else { return nil }
        rawPath = raw.isEmpty ? "/" : String(raw)
        path = raw.isEmpty ? "/" : decoded
        query = question.map { Self.items(rest[rest.utf8.index(after: $0)...]) } ?? []
    }

    /// The bytes that make a target more than a plain path: the query, the fragment, an escape and NUL.
    private static let special: [UInt8] = [UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "%"), 0]

    private static func items(_ query: Substring) -> [QueryItem] {
        query.utf8.split(separator: UInt8(ascii: "&")).map { pair in
            let equals = pair.firstIndex(of: UInt8(ascii: "="))
            let name = PercentDecoding.queryPart(Substring(pair[..<(equals ?? pair.endIndex)]))
            let value = equals.map { PercentDecoding.queryPart(Substring(pair[pair.index(after: $0)...])) }
            return QueryItem(name: name, value: value ?? "")
        }
    }
}
