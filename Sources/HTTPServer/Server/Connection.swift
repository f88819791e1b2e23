import CMicrohttpd
import Synchronization

/// One client's connection: who it is, how long it may take, and the request that it is in.
///
/// libmicrohttpd keeps a reference to it from the connection's start to its end and hands it to every callback.
final class Connection: @unchecked Sendable {
    // Safe to share: the constants are set before the connection is handed to libmicrohttpd, and the clock and `hasExpired` are atomic.
    // What belongs to requests is touched by callbacks alone, which libmicrohttpd calls for one connection from
    // one thread; `order`, `hasBegun`, `isLeaving` and `sample` are touched only under the connection table's lock.

    /// Where the connection is in answering a request.
    enum Exchange {
        /// No request.
        case none
        /// The headers are there; the body, if any, is collected.
        case receiving
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
    /// What it speaks TLS with; nil for plain HTTP.
    let tls: TLSContext?
    let clock: ConnectionClock
    // The core outlives every connection.
    unowned let core: ServerCore

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
    /// Sees what the client sends before libmicrohttpd does.
    var scanner: RequestScanner
    /// What was wrong with the last that it sent; nothing after that is read.
    var refusal: WireRefusal?
    /// The client was told so.
    var wasRefused = false
    /// Set by the accepting thread: the request under way has run out of time.
    let hasExpired = Atomic(false)
    /// libmicrohttpd's connection, from its start to its end.
    var native: OpaquePointer?
    /// The peer may still be sending what nobody will read: the close must not destroy the answer under way to it.
    var mustLinger = false
    /// Something of a request has come; before that, a TLS connection is taken to be in its handshake.
    var hasSpoken = false
    /// What GnuTLS reads from; it must live as long as the session.
    var transport: TLSTransport?
    /// The name in the client's certificate, once it was looked for.
    var clientCertificate: String??

    init(
        descriptor: Int32, peer: SocketAddress, listener: HTTPRequest.Listener, daemon: Daemon,
        tls: TLSContext?, core: ServerCore, headDeadline: UInt64
    ) {
        self.descriptor = descriptor
        self.peer = peer
        client = ClientKey(peer)
        self.listener = listener
        self.daemon = daemon
        self.tls = tls
        self.core = core
        scanner = RequestScanner(HTTPRequest(from: peer, to: listener), limits: core.limits)
        clock = ConnectionClock(.head, deadline: headDeadline)
    }

    /// Whether libmicrohttpd has a request in hand, so that its end will come.
    var isAnswering: Bool {
        if case .none = exchange { !scanner.isDrained } else { true }
    }

    /// The connection that a callback is about; nil only for one that never was announced.
    static func of(_ connection: OpaquePointer?) -> Connection? {
        guard let connection, let context = cmhd_socket_context(connection) else { return nil }
        return Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
    }
}
