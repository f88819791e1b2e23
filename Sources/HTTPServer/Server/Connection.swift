import CMicrohttpd
import Glibc

/// One client's connection: who it is, how long it may take, and the request that it is in.
///
/// libmicrohttpd keeps a reference to it from the connection's start to its end and hands it to every callback.
final class Connection: @unchecked Sendable {
    // Safe to share: the constants are set before the connection is handed to libmicrohttpd, and the clock is atomic.
    // `exchange`, `body` and the target are touched by callbacks alone, which libmicrohttpd calls for one connection from
    // one thread; `order`, `hasBegun`, `isLeaving` and `sample` are touched only under the connection table's lock.

    /// Where the connection is in answering a request.
    enum Exchange {
        /// No request.
        case none
        /// The headers are there; the body, if any, is collected.
        case receiving(HTTPRequest)
        /// The same, but the answer is known already: the request is refused.
        case refusing(HTTPRequest, HTTPResponse)
        /// The handler answers later; the connection is suspended until then.
        case waiting(HTTPRequest, PendingReply)
        /// The answer has been handed over.
        case replying
    }

    let descriptor: Int32
    let peer: SocketAddress
    let client: ClientKey
    let listener: HTTPRequest.Listener
    let daemon: Daemon
    let clock: ConnectionClock

    /// Its place among all connections ever.
    var order: UInt64 = 0
    /// libmicrohttpd has begun with the connection; before that, the descriptor may be gone without notice.
    var hasBegun = false
    /// Told to close, and no longer counted; libmicrohttpd has yet to close it.
    var isLeaving = false
    /// How the socket looked when the accepting thread last went round.
    var sample: SocketSample?

    var exchange = Exchange.none
    var body: [UInt8] = []
    var target = ReceivedTarget()
    /// The peer may still be sending what nobody will read: the close must not destroy the answer under way to it.
    var mustLinger = false
    /// A request line has come; before that, a TLS connection is taken to be in its handshake.
    var hasSpoken = false
    /// What GnuTLS reads from; it must live as long as the session.
    var transport: TLSTransport?
    /// The name in the client's certificate, once it was looked for.
    var clientCertificate: String??

    init(
        descriptor: Int32, peer: SocketAddress, listener: HTTPRequest.Listener, daemon: Daemon, headDeadline: UInt64
    ) {
        self.descriptor = descriptor
        self.peer = peer
        client = ClientKey(peer)
        self.listener = listener
        self.daemon = daemon
        clock = ConnectionClock(.head, deadline: headDeadline)
    }

    /// The connection that a callback is about; nil only for one that never was announced.
    static func of(_ connection: OpaquePointer?) -> Connection? {
        guard let connection, let context = cmhd_socket_context(connection) else { return nil }
        return Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
    }
}

/// How a socket whose client has yet to send something looked at some moment.
struct SocketSample {
    let reading: ConnectionClock.Reading
    let bytesReceived: UInt64
    let isPeerGone: Bool

    init(_ descriptor: Int32, _ reading: ConnectionClock.Reading) {
        self.reading = reading
        bytesReceived = clinux_bytes_received(descriptor)
        isPeerGone = clinux_is_peer_gone(descriptor) != 0
    }
}

/// What counts as one client: an IPv4 address, or the /64 network of an IPv6 address, which is what one user has.
struct ClientKey: Hashable, Sendable {
    private let key: String

    init(_ peer: SocketAddress) {
        guard peer.family == .ipv6 else {
            key = peer.host
            return
        }
        if peer.host.hasPrefix("::ffff:"), peer.host.contains(".") {
            key = String(peer.host.dropFirst(7))
            return
        }
        // The text form leaves one run of zero groups out; the first four groups are the network.
        let halves = peer.host.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        var groups = halves[0].split(separator: ":")
        if halves.count == 2 {
            let tail = halves[1].split(separator: ":")
            groups += Array(repeating: "0", count: max(0, 8 - groups.count - tail.count)) + tail
        }
        key = groups.prefix(4).joined(separator: ":")
    }
}

/// A request's target as libmicrohttpd gave it, before the headers came.
struct ReceivedTarget {
    var text = ""
    var isValid = true
    /// Where the target stood in memory: libmicrohttpd ends it at the first NUL, and only the place of the version after
    /// it tells that there was one.
    private var end = UInt(0)

    init() {}

    init(_ pointer: UnsafePointer<CChar>) {
        let bytes = UnsafeBufferPointer(start: pointer, count: strlen(pointer))
        end = UInt(bitPattern: pointer) + UInt(bytes.count)
        if let valid = String(validatingCString: pointer) {
            text = valid
        } else {
            text = String(cString: pointer)
            isValid = false
        }
    }

    /// Whether a NUL byte stands between the target and the version of its request line.
    func hasNUL(before version: UnsafePointer<CChar>) -> Bool {
        let place = UInt(bitPattern: version)
        return end != 0 && place > end && place != end + 1
    }
}
