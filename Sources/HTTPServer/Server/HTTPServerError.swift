import Glibc

/// Why a server could not start, in a sentence.
package struct HTTPServerError: Error, Equatable, CustomStringConvertible {
    /// The system's error number, or 0 where it has none.
    package let code: Int32
    package let description: String

    static func listen(on address: String, code: Int32, reason: String? = nil) -> HTTPServerError {
        HTTPServerError(code: code, description: "cannot listen on \(address): \(reason ?? systemMessage(code))")
    }

    static func start(_ reason: String) -> HTTPServerError {
        HTTPServerError(code: 0, description: "the HTTP server cannot start: \(reason)")
    }

    static func tls(_ reason: String) -> HTTPServerError {
        HTTPServerError(code: 0, description: "TLS cannot be set up: \(reason)")
    }
}
