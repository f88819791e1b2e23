/// What a handler gives: a response, or work that will give one.
package enum HTTPReply: Sendable {
    case now(HTTPResponse)
    /// The connection waits, and holds no thread while it does.
    case later(@Sendable () async -> HTTPResponse)

    /// The same reply with the response changed, when there is one.
    package func map(_ change: @escaping @Sendable (HTTPResponse) -> HTTPResponse) -> HTTPReply {
        switch self {
        case .now(let response): .now(change(response))
        case .later(let work): .later { change(await work()) }
        }
    }

    /// The response, waited for where need be.
    package func response() async -> HTTPResponse {
        switch self {
        case .now(let response): response
        case .later(let work): await work()
        }
    }
}

/// Answers a request. It runs on one of the server's few threads and must not wait for anything: what takes time
/// goes into `HTTPReply.later`. Requests with a body are answered elsewhere from the first, since decoding is such work.
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
