import HTTPServer

/// A parameter that a route's query may have.
struct QueryParameter: Sendable, Equatable, ExpressibleByStringLiteral {
    let name: String
    /// Whether it may be given more than once.
    var repeats = false

    init(_ name: String, repeats: Bool = false) {
        self.name = name
        self.repeats = repeats
    }

    init(stringLiteral value: String) {
        self.init(value)
    }
}

/// What decides something is said once, and nothing that is said is ignored: two readers of one request must not see two.
enum StrictRequest {
    /// The headers that decide who sent a request and how it is read.
    private static let deciding = [
        "Host", "Authorization", "Cookie", "Content-Type", "Origin", "Sec-Fetch-Site",
    ]

    /// The first of these headers that a request has twice, as a problem.
    static func doubledHeader(_ request: HTTPRequest) -> RequestProblem? {
        deciding.first { name in request.headers.fields.count { HTTPHeaders.same($0.name, name) } > 1 }
            .map { .malformed("the \($0) header is given twice") }
    }

    /// What is wrong with the query of a request to a route that takes these parameters.
    static func queryProblem(_ request: HTTPRequest, _ allowed: [QueryParameter]) -> RequestProblem? {
        var seen: Set<ByteText> = []
        for item in request.query {
            guard let parameter = allowed.first(where: { ByteText($0.name) == ByteText(item.name) }) else {
                let hint =
                    allowed.isEmpty
                    ? "this request takes none" : "allowed are \(allowed.map(\.name).joined(separator: ", "))"
                return .malformed("unknown parameter '\(item.name)'; \(hint)")
            }
            guard seen.insert(ByteText(item.name)).inserted || parameter.repeats else {
                return .malformed("'\(item.name)' is given twice")
            }
        }
        return nil
    }
}
