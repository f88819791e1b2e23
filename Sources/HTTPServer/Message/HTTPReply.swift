/// What a handler gives: a response, or work that will give one.
package enum HTTPReply: Sendable {
    case now(HTTPResponse)
    /// The same, and how the same request may be answered when it comes again; its body must be `HTTPResponse.Body.shared`.
    case repeatable(HTTPResponse, Repetition)
    /// The connection waits, and holds no thread while it does.
    case later(@Sendable () async -> HTTPResponse)

    /// The same reply with the response changed, when there is one. A repetition has the changed status and headers.
    /// - Parameters:
    ///   - holds: whether `change` would still do the same to a repetition.
    ///   - given: is told of each repetition, for which `change` isn't called.
    package func map(
        holds: (@Sendable () -> Bool)? = nil, given: (@Sendable (HTTPStatus) -> Void)? = nil,
        _ change: @escaping @Sendable (HTTPResponse) -> HTTPResponse
    ) -> HTTPReply {
        switch self {
        case .now(let response): return .now(change(response))
        case .repeatable(let response, var repetition):
            // Who says nothing of repetitions wants to see every response.
            guard holds != nil || given != nil else { return .now(change(response)) }
            if let holds { repetition = repetition.holding(holds) }
            if let given { repetition = repetition.telling(given) }
            return .repeatable(change(response), repetition)
        case .later(let work): return .later { change(await work()) }
        }
    }

    /// The response, waited for where need be.
    package func response() async -> HTTPResponse {
        switch self {
        case .now(let response), .repeatable(let response, _): response
        case .later(let work): await work()
        }
    }
}

/// Answers a request. It runs on one of the server's few threads and must not wait for anything: what takes time
/// goes into `HTTPReply.later`.
package typealias HTTPHandler = @Sendable (HTTPRequest) -> HTTPReply

/// A handler around a handler: it may answer itself, or ask the next and change the reply.
package typealias HTTPMiddleware = @Sendable (_ request: HTTPRequest, _ next: @escaping HTTPHandler) -> HTTPReply

/// What a server asks for its answers.
package protocol HTTPResponder: Sendable {
    func reply(to request: HTTPRequest) -> HTTPReply

    /// A request that the server itself turned down (too large, malformed): `response` is what it would answer.
    /// A responder may count it and add headers to it; it must not answer the request otherwise.
    func reply(to request: HTTPRequest, turnedDown response: HTTPResponse) -> HTTPReply
}

extension HTTPResponder {
    package func reply(to request: HTTPRequest, turnedDown response: HTTPResponse) -> HTTPReply {
        .now(response)
    }
}
