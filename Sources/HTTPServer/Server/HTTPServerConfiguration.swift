import CMicrohttpd
import Glibc

/// Everything that a server is told. The defaults suit a sidecar that a few scrapers and people talk to.
package struct HTTPServerConfiguration: Sendable {
    /// Where connections come in.
    package enum Listener: Sendable {
        case address(ListenAddress)
        /// A socket that is open and listening already (systemd's socket activation), with a name for messages.
        /// The server closes it when it stops.
        case descriptor(Int32, name: String)
    }

    package var listeners: [Listener]
    /// Threads that serve connections, at least 1. One more accepts them.
    package var threads = 2
    /// Connections at once. Beyond that the connection that has gone longest without completing a request makes room;
    /// where all are busy, the new one is turned away with 503. Lowered at start where the process may not open as many
    /// files.
    package var connectionLimit = 2048
    /// The same for one client: an IPv4 address, or the /64 network of an IPv6 address.
    package var connectionsPerClient = 512
    /// From the first byte of a request (or from the connection's start) to the end of its headers, all told: sending a
    /// byte now and then does not extend it.
    package var headerTimeout: Duration = .seconds(10)
    /// From the end of the headers to the end of the body, all told.
    package var bodyTimeout: Duration = .seconds(20)
    /// From a response to the next request on the same connection. Prometheus scrapes every 15 s to 60 s and likes to
    /// keep its connection.
    package var idleTimeout: Duration = .seconds(150)
    /// For sending one response whole; streams are exempt.
    package var responseTimeout: Duration = .seconds(60)
    /// A request's target in bytes; a longer one is answered with 414.
    package var targetLimit = 8 * 1024
    /// A request's line and headers together in bytes; more is answered with 431.
    package var headerLimit = 15 * 1024
    /// A request's body in bytes; a longer one is answered with 413, without being read to its end.
    package var bodyLimit = 64 * 1024
    /// Nil serves plain HTTP.
    package var tls: TLSSettings?
    /// What happens inside, for a log.
    package var log: @Sendable (HTTPServerEvent) -> Void = { _ in }

    var accept: Acceptor = { listening, address, length in
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { clinux_accept(listening, $0, &length) }
        }
    }

    package init(listeners: [Listener]) {
        self.listeners = listeners
    }
}

/// Something that an operator might want to know of.
package enum HTTPServerEvent: Sendable, Equatable, CustomStringConvertible {
    /// A line of libmicrohttpd's own log; clients that send rubbish cause many.
    case library(String)
    /// A connection could not be accepted; said at most once a minute.
    case acceptFailed(reason: String)
    /// A limit was reached and a connection had to give way; said at most once a minute.
    case crowded(connections: Int)
    /// A request got past the scanner, and was not answered; see receive.h. Something is wrong with how the program was built.
    case unseenRequest
    /// A header of a response cannot be sent (a line break in it, for example) and was left out.
    case headerRefused(name: String)

    /// Whether somebody should look.
    package var isWarning: Bool {
        switch self {
        case .library: false
        case .acceptFailed, .crowded, .unseenRequest, .headerRefused: true
        }
    }

    package var description: String {
        switch self {
        case .library(let line): line
        case .acceptFailed(let reason): "a connection could not be accepted: \(reason)"
        case .crowded(let connections): "\(connections) connections are open: the slowest make room for new ones"
        case .unseenRequest: "a request was received unseen and is not answered: this program was linked wrongly"
        case .headerRefused(let name): "the response header \(name) cannot be sent and was left out"
        }
    }
}
