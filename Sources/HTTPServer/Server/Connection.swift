import CMicrohttpd

/// One client's connection: who it is, how long it may take, and the request that it is in.
///
/// libmicrohttpd keeps a reference to it from the connection's start to its end and hands it to every callback.
final class Connection: @unchecked Sendable {
    // Safe to share: the constants are set before the connection is handed to libmicrohttpd, and the clock is atomic.
    // What belongs to requests is touched by callbacks alone, which libmicrohttpd calls for one connection from
    // one thread; `order`, `hasBegun`, `isLeaving` and `sample` are touched only under the connection table's lock.

    /// Where the connection is in answering a request.
    enum Exchange {
        /// No request.
        case none
        /// The headers are there; the body, if any, is collected.
        case receiving
        /// The same, but the answer is known already: the request is refused.
        case refusing(HTTPResponse)
        /// The headers are there, and the answer is known from the request before.
        case repeating(KnownAnswer)
        /// The handler answers later; the connection is suspended until then.
        case waiting(PendingReply)
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
    /// The request under way, without its body.
    var request: HTTPRequest?
    var body: [UInt8] = []
    /// The last request that was not refused, without its body: a client that keeps its connection mostly sends the same
    /// again, and what is the same need not be read again.
    var lastRequest: HTTPRequest? {
        didSet { known = nil }
    }
    /// How the last request may be answered if it comes again.
    var known: KnownAnswer?
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
