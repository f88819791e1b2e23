/// A request, whole: the handler is called once its body has been received.
package struct HTTPRequest: Sendable {
    /// The listener that a request came in by.
    package struct Listener: Sendable, Equatable {
        /// Its place among the configured addresses, from 0.
        package var index: Int
        /// The address bound, with the port that the system chose where 0 was asked for.
        package var address: SocketAddress
        package var isLoopback: Bool
        package var isTLS: Bool

        package init(index: Int, address: SocketAddress, isLoopback: Bool, isTLS: Bool) {
            self.index = index
            self.address = address
            self.isLoopback = isLoopback
            self.isTLS = isTLS
        }
    }

    /// Which of the router's routes a path belongs to.
    package struct Route: Sendable, Hashable {
        /// The path as it was registered: `/api/jobs/{id}`.
        package var template: String
        /// A name from a closed set, for example as a label.
        package var name: String

        package init(template: String, name: String) {
            self.template = template
            self.name = name
        }
    }

    package var method: HTTPMethod
    /// The target exactly as sent; bytes that are not UTF-8 are U+FFFD here.
    package var target: String
    /// The path still percent-encoded.
    package var rawPath: String
    /// The path decoded.
    package var path: String
    package var query: [RequestTarget.QueryItem]
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// Whether the request line says HTTP/1.1 (or later) rather than HTTP/1.0.
    package var isHTTP11: Bool
    package var peer: SocketAddress
    package var listener: Listener
    /// The distinguished name (RFC 4514) in the client's certificate, where the client showed a valid one.
    package var clientCertificate: String?
    /// The server itself turned it down, and knows the answer: there is nothing in it that anybody need be let in for.
    package var wasTurnedDown = false
    /// Filled in by the router: the route that the path belongs to, also where the method is wrong. Nil means none.
    package var route: Route?
    /// Filled in by the router: what stood in the template's braces, decoded.
    package var parameters: [String: String]

    /// A request made up without a socket. `target` must be well-formed; the path is "/" otherwise.
    package init(
        _ method: HTTPMethod, _ target: String, headers: HTTPHeaders = [:], body: [UInt8] = [],
        peer: SocketAddress = SocketAddress(family: .ipv4, host: "127.0.0.1", port: 40_000),
        listener: Listener = Listener(
            index: 0, address: SocketAddress(family: .ipv4, host: "127.0.0.1", port: 9_745), isLoopback: true,
            isTLS: false)
    ) {
        let parts = RequestTarget(target)
        self.method = method
        self.target = target
        rawPath = parts?.rawPath ?? "/"
        path = parts?.path ?? "/"
        query = parts?.query ?? []
        self.headers = headers
        self.body = body
        isHTTP11 = true
        self.peer = peer
        self.listener = listener
        parameters = [:]
    }

    /// A request as the server received it. `parts` is nil where the target cannot be read.
    init(
        method: HTTPMethod, target: String, parts: RequestTarget?, headers: HTTPHeaders, isHTTP11: Bool,
        peer: SocketAddress, listener: Listener
    ) {
        self.method = method
        self.target = target
        rawPath = parts?.rawPath ?? ""
        path = parts?.path ?? ""
        query = parts?.query ?? []
        self.headers = headers
        body = []
        self.isHTTP11 = isHTTP11
        self.peer = peer
        self.listener = listener
        parameters = [:]
    }

    /// A request of which nothing is known but where it comes from.
    init(from peer: SocketAddress, to listener: Listener) {
        self.init(
            method: HTTPMethod(rawValue: ""), target: "", parts: nil, headers: [:], isHTTP11: true, peer: peer,
            listener: listener)
    }

    /// Whether a body follows the headers.
    var hasBody: Bool {
        headers.contains("Transfer-Encoding") || (headers["Content-Length"].map { UInt64($0) != 0 } ?? false)
    }

    /// Whether it is the last of its connection by its own word.
    var endsConnection: Bool {
        guard let options = headers.list("Connection") else { return !isHTTP11 }
        let names = options.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }
        if names.contains(where: { HTTPHeaders.same($0, "close") }) { return true }
        return !isHTTP11 && !names.contains { HTTPHeaders.same($0, "keep-alive") }
    }

    /// The first value of that name in the query.
    package func queryValue(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }

    /// Every value of that name in the query, in order.
    package func queryValues(_ name: String) -> [String] {
        query.filter { $0.name == name }.map(\.value)
    }
}
