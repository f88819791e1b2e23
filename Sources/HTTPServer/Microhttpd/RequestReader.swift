import CMicrohttpd
import Glibc

/// Makes a request value of what libmicrohttpd has received, and says what is wrong with it.
enum RequestReader {
    /// Whether the request is the same as the one that came last on the connection, which was not refused.
    static func isRepeated(
        _ native: OpaquePointer, _ connection: Connection, method: UnsafePointer<CChar>, version: UnsafePointer<CChar>
    ) -> Bool {
        // Piece by piece: a copy of a whole request counts up the references to all that is in it.
        guard connection.target.isValid, connection.lastRequest?.target == connection.target.text,
            connection.lastRequest?.method.rawValue.hasBytes(method, strlen(method)) == true,
            connection.lastRequest?.isHTTP11 == !isHTTP10(version), !connection.target.hasNUL(before: version),
            let fields = connection.lastRequest?.headers.fields
        else { return false }
        return fields.withUnsafeBufferPointer { fields in
            var comparison = HeaderComparison(fields)
            withUnsafeMutablePointer(to: &comparison) {
                _ = MHD_get_connection_values_n(native, .HEADER_KIND, headerCompared, $0)
            }
            return comparison.isSame
        }
    }

    /// A request's headers, with an empty body, and the answer if the request must be refused.
    static func head(
        of native: OpaquePointer, _ connection: Connection, method: UnsafePointer<CChar>,
        version: UnsafePointer<CChar>, limits: ServerCore.RequestLimits
    ) -> (request: HTTPRequest, refusal: HTTPResponse?) {
        let received = connection.target
        let parts = received.isValid ? RequestTarget(received.text) : nil
        var request = HTTPRequest(
            method: HTTPMethod(rawValue: String(cString: method)), target: received.text, parts: parts,
            headers: HTTPHeaders(fields: headerFields(of: native)), isHTTP11: !isHTTP10(version), peer: connection.peer,
            listener: connection.listener)
        request.clientCertificate = clientCertificate(native, connection)
        let malformed = parts == nil || received.hasNUL(before: version)
        return (request, refusal(of: request, malformed: malformed, size: cmhd_header_size(native), limits))
    }

    /// Whether a body follows the headers.
    static func hasBody(_ request: HTTPRequest) -> Bool {
        request.headers.contains("Transfer-Encoding") || (request.headers["Content-Length"].map { $0 != "0" } ?? false)
    }

    private static func refusal(
        of request: HTTPRequest, malformed: Bool, size: Int, _ limits: ServerCore.RequestLimits
    ) -> HTTPResponse? {
        if request.target.utf8.count > limits.target {
            return .error(.uriTooLong, "the request target is longer than \(limits.target) bytes")
        }
        if size > limits.header {
            return .error(.headersTooLarge, "the request's headers are longer than \(limits.header) bytes")
        }
        if malformed {
            return .error(.badRequest, "the request target is not percent-encoded UTF-8")
        }
        let hosts = request.headers.all("Host")
        if hosts.count > 1 || (hosts.isEmpty && request.isHTTP11) {
            return .error(.badRequest, "a request needs one Host header")
        }
        return framingRefusal(of: request, limits)
    }

    /// Where a body ends must be beyond doubt (RFC 9112 section 6.3): else two readers may see two requests differently.
    private static func framingRefusal(of request: HTTPRequest, _ limits: ServerCore.RequestLimits) -> HTTPResponse? {
        let encodings = request.headers.all("Transfer-Encoding")
        let lengths = request.headers.all("Content-Length")
        if !encodings.isEmpty {
            guard lengths.isEmpty, request.isHTTP11 else {
                return .error(.badRequest, "a chunked request has no Content-Length and is HTTP/1.1")
            }
            guard encodings.count == 1, HTTPHeaders.same(encodings[0], "chunked") else {
                return .error(.notImplemented, "the only transfer encoding implemented is chunked")
            }
        }
        guard lengths.count <= 1 else { return .error(.badRequest, "a request has at most one Content-Length") }
        // libmicrohttpd has refused a length that is not a number before this.
        if let length = lengths.first, UInt64(length).map({ $0 > UInt64(limits.body) }) ?? true {
            return .error(.contentTooLarge, "the request's body is longer than \(limits.body) bytes")
        }
        return nil
    }

    private static func clientCertificate(_ native: OpaquePointer, _ connection: Connection) -> String? {
        if let known = connection.clientCertificate { return known }
        let name = connection.daemon.clientCertificate(native)
        connection.clientCertificate = .some(name)
        return name
    }

    private static func isHTTP10(_ version: UnsafePointer<CChar>) -> Bool {
        strncmp(version, "HTTP/1.0", 9) == 0
    }

    private static func headerFields(of native: OpaquePointer) -> [HTTPHeaders.Field] {
        var fields: [HTTPHeaders.Field] = []
        fields.reserveCapacity(8)
        withUnsafeMutablePointer(to: &fields) {
            _ = MHD_get_connection_values_n(native, .HEADER_KIND, headerField, $0)
        }
        return fields
    }
}

/// Whether headers come that are the same as others, in the same order.
struct HeaderComparison {
    private let fields: UnsafeBufferPointer<HTTPHeaders.Field>
    private var index = 0
    private var differ = false

    init(_ fields: UnsafeBufferPointer<HTTPHeaders.Field>) {
        self.fields = fields
    }

    var isSame: Bool { !differ && index == fields.count }

    /// False when they are not, so that no more need be looked at.
    mutating func next(
        _ name: UnsafePointer<CChar>, _ nameSize: Int, _ value: UnsafePointer<CChar>, _ valueSize: Int
    ) -> Bool {
        guard index < fields.count, fields[index].name.hasBytes(name, nameSize),
            fields[index].value.hasBytes(value, valueSize)
        else {
            differ = true
            return false
        }
        index += 1
        return true
    }
}
