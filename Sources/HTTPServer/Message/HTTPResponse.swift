/// A response as a value.
package struct HTTPResponse: Sendable {
    package enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// Bytes that other responses share.
        case shared(SharedBody)
        /// Written while it is sent; the response ends when the stream is finished.
        case stream(ResponseStream)
    }

    package var status: HTTPStatus
    /// Without `Content-Length`, `Transfer-Encoding`, `Connection` and `Date`, which the server writes.
    package var headers: HTTPHeaders
    package var body: Body

    package init(status: HTTPStatus, headers: HTTPHeaders = [:], body: Body = .none) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The body's bytes (not compressed); empty for a stream.
    package var bodyBytes: [UInt8] {
        switch body {
        case .none, .stream: []
        case .bytes(let bytes): bytes
        case .shared(let shared): shared.identity.bytes
        }
    }

    /// The body as text; empty for a stream.
    package var bodyText: String { String(decoding: bodyBytes, as: UTF8.self) }
}

extension HTTPResponse {
    package static func bytes(
        _ bytes: [UInt8], type: String, status: HTTPStatus = .ok, headers: HTTPHeaders = [:]
    ) -> HTTPResponse {
        var headers = headers
        headers["Content-Type"] = type
        return HTTPResponse(status: status, headers: headers, body: .bytes(bytes))
    }

    /// JSON that is already encoded.
    package static func json(
        _ bytes: [UInt8], status: HTTPStatus = .ok, headers: HTTPHeaders = [:]
    ) -> HTTPResponse {
        .bytes(bytes, type: "application/json", status: status, headers: headers)
    }

    /// JSON that is already encoded.
    package static func json(_ text: String, status: HTTPStatus = .ok, headers: HTTPHeaders = [:]) -> HTTPResponse {
        .json(Array(text.utf8), status: status, headers: headers)
    }

    package static func text(_ text: String, status: HTTPStatus = .ok, headers: HTTPHeaders = [:]) -> HTTPResponse {
        .bytes(Array(text.utf8), type: "text/plain; charset=utf-8", status: status, headers: headers)
    }

    package static func html(_ text: String, status: HTTPStatus = .ok, headers: HTTPHeaders = [:]) -> HTTPResponse {
        .bytes(Array(text.utf8), type: "text/html; charset=utf-8", status: status, headers: headers)
    }

    /// The form that every error has: `{"detail": "what was wrong"}`.
    package static func error(_ status: HTTPStatus, _ detail: String, headers: HTTPHeaders = [:]) -> HTTPResponse {
        .json("{\"detail\": \(JSONText.quoted(detail))}", status: status, headers: headers)
    }

    /// Server-sent events (WHATWG HTML section 9.2). nginx would collect them before it passes them on, if it weren't told not to.
    package static func events(_ stream: ResponseStream) -> HTTPResponse {
        HTTPResponse(
            status: .ok,
            headers: [
                "Content-Type": "text/event-stream", "Cache-Control": "no-cache", "X-Accel-Buffering": "no",
            ],
            body: .stream(stream))
    }
}
