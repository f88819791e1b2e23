import CMicrohttpd
import Glibc

/// Reads what a client sends into its TLS session, and has the connection wait where the handshake waits for the client.
final class TLSTransport {
    // The core outlives every connection; the connection holds this object until its session is gone.
    private unowned let core: ServerCore
    unowned let connection: Connection
    private let native: NativeConnection
    private let session: gnutls_session_t

    init(_ native: OpaquePointer, _ session: gnutls_session_t, _ connection: Connection, _ core: ServerCore) {
        self.native = NativeConnection(pointer: native)
        self.session = session
        self.connection = connection
        self.core = core
    }

    func read(into buffer: UnsafeMutableRawPointer?, _ size: Int) -> Int {
        let count = recv(connection.descriptor, buffer, size, 0)
        guard count < 0 else { return count }
        let code = errno
        if code == EAGAIN, !connection.hasSpoken { core.parkHandshake(native, connection.descriptor) }
        cmhd_set_transport_error(session, code)
        return count
    }
}

extension ServerCore {
    /// A TLS connection has begun. In the callback that says so.
    func beginHandshake(_ native: OpaquePointer, _ connection: Connection) {
        guard let session = cmhd_session(native), let context = connection.tls else { return }
        guard context.apply(to: session) else {
            shutdown(connection.descriptor, Int32(SHUT_RDWR))
            return
        }
        // A handshake that fails leaves the client a word about why, which a reset would destroy.
        connection.mustLinger = true
        let transport = TLSTransport(native, session, connection, self)
        connection.transport = transport
        cmhd_read_through(
            session, connection.descriptor, Unmanaged.passUnretained(transport).toOpaque(), readTLS, awaitTLS)
    }
}
