import CMicrohttpd
import Dispatch
import Glibc
import Synchronization

/// What the callbacks of libmicrohttpd and the accepting thread share.
final class ServerCore: Sendable {
    struct RequestLimits: Sendable {
        var target: Int
        var header: Int
        var body: Int
    }

    struct Timeouts: Sendable {
        var head: UInt64
        var body: UInt64
        var sending: UInt64
        var idle: UInt64
    }

    let responder: any HTTPResponder
    let limits: RequestLimits
    let timeouts: Timeouts
    let table: ConnectionTable
    let poller: Poller
    let log: @Sendable (HTTPServerEvent) -> Void
    let accept: Acceptor

    /// What must be let go before the daemons can stop.
    private struct Suspended {
        /// Streams are to come to their end.
        var isStopping = false
        /// Nothing may be suspended any more.
        var isClosed = false
        var pending: [ObjectIdentifier: (reply: PendingReply, task: Task<Void, Never>?)] = [:]
        var streams: [Int32: ResponseStream] = [:]
        var handshakes: [Int32: NativeConnection] = [:]
    }

    /// What the accepting thread is asked to do.
    struct Orders: Sendable {
        /// Stop, after so many milliseconds at most.
        var stop: UInt64?
        /// Sockets to read to their end and close.
        var lingering: [Int32] = []
    }

    private let suspended = Mutex(Suspended())
    private let orders = Mutex(Orders())

    init(
        _ configuration: HTTPServerConfiguration, connectionLimit: Int, responder: any HTTPResponder, poller: Poller
    ) {
        self.responder = responder
        self.poller = poller
        log = configuration.log
        accept = configuration.accept
        limits = RequestLimits(
            target: configuration.targetLimit, header: configuration.headerLimit, body: configuration.bodyLimit)
        timeouts = Timeouts(
            head: configuration.headerTimeout.milliseconds, body: configuration.bodyTimeout.milliseconds,
            sending: configuration.responseTimeout.milliseconds, idle: configuration.idleTimeout.milliseconds)
        table = ConnectionTable(
            limits: .init(total: connectionLimit, perClient: configuration.connectionsPerClient),
            headTimeout: timeouts.head)
    }
}

// MARK: - Replies that come later

extension ServerCore {
    /// Where bodies are decoded: neither the server's threads nor Swift's own, of which there are as few, wait for that.
    static let decoding = DispatchQueue(label: "jobsweep.http.bodies", attributes: .concurrent)

    /// Registers a reply, or says that the server is past answering.
    func begin(_ pending: PendingReply) -> Bool {
        suspended.withLock { suspended in
            guard !suspended.isClosed else { return false }
            suspended.pending[ObjectIdentifier(pending)] = (pending, nil)
            return true
        }
    }

    /// Does the work for a reply whose connection is suspended.
    func run(_ work: @escaping @Sendable () async -> HTTPResponse, for pending: PendingReply) {
        let task = Task { pending.fulfil(await work()) }
        suspended.withLock { $0.pending[ObjectIdentifier(pending)]?.task = task }
    }

    /// The connection has resumed.
    func end(_ pending: PendingReply) {
        suspended.withLock { $0.pending[ObjectIdentifier(pending)] = nil }
    }
}

// MARK: - Streams

extension ServerCore {
    /// Keeps an eye on the listener of a stream. False when the server is past answering.
    func begin(_ stream: ResponseStream, on connection: Connection) -> Bool {
        let (accepted, isStopping) = suspended.withLock { suspended in
            guard !suspended.isClosed else { return (false, true) }
            suspended.streams[connection.descriptor] = stream
            return (true, suspended.isStopping)
        }
        if accepted { poller.watchPeer(connection.descriptor) }
        if isStopping { stream.finishForStop() }
        return accepted
    }

    /// The stream is over. On the connection's own thread, while its descriptor is open.
    func end(_ stream: ResponseStream, on connection: Connection) {
        poller.forget(connection.descriptor)
        suspended.withLock { suspended in
            guard suspended.streams[connection.descriptor] === stream else { return }
            suspended.streams[connection.descriptor] = nil
        }
        stream.detach()
    }

    /// The peer of a watched descriptor has closed its side, or had: the number may mean another connection by now.
    func peerGone(_ descriptor: Int32) {
        let stream = suspended.withLock { suspended -> ResponseStream? in
            // While the stream is listed, the descriptor is its connection's.
            guard let stream = suspended.streams[descriptor], Poller.isPeerGone(descriptor) else { return nil }
            return stream
        }
        stream?.end(.listenerGone, cut: true)
    }
}

// MARK: - Handshakes

extension ServerCore {
    /// Suspends a connection until its client sends more. On the connection's own thread.
    ///
    /// libmicrohttpd 0.9.75 does not wait for the client between the messages of a TLS handshake: it tries again and
    /// again, and one client that stops halfway keeps a processor busy. That connections may be suspended here isn't in its
    /// contract: it is only done in the versions where it was shown to work.
    func parkHandshake(_ native: NativeConnection, _ descriptor: Int32) {
        guard Self.parksHandshakes else { return }
        suspended.withLock { suspended in
            guard !suspended.isClosed, poller.watchHandshake(descriptor) else { return }
            suspended.handshakes[descriptor] = native
            // Under the lock, so that no resume can come before it.
            MHD_suspend_connection(native.pointer)
        }
    }

    /// Whether the library in use is one of the versions that handshakes were suspended in, under test.
    static let parksHandshakes = mayPark(HTTPServer.libraryVersion)

    static func mayPark(_ version: String) -> Bool { version == "0.9.75" }

    /// How many connections wait for their clients to go on with the handshake.
    var parkedHandshakes: Int { suspended.withLock { $0.handshakes.count } }

    /// There is something to read, or the connection has ended.
    func resumeHandshake(_ descriptor: Int32) {
        suspended.withLock { suspended in
            guard let native = suspended.handshakes.removeValue(forKey: descriptor) else { return }
            poller.forget(descriptor)
            // Under the lock: a stop waits for it before it lets the daemons go.
            MHD_resume_connection(native.pointer)
        }
    }
}

// MARK: - Connections

extension ServerCore {
    /// libmicrohttpd is about to close the connection's descriptor.
    func leave(_ connection: Connection) {
        if connection.mustLinger {
            // A second descriptor keeps the socket open past libmicrohttpd's close.
            let copy = fcntl(connection.descriptor, F_DUPFD_CLOEXEC, 0)
            if copy >= 0 {
                orders.withLock { $0.lingering.append(copy) }
                poller.wake()
            }
        }
        lose(connection)
    }

    /// The connection is gone, or never began.
    func lose(_ connection: Connection) {
        if table.closed(connection) { connection.daemon.load.subtract(1, ordering: .relaxed) }
    }
}

// MARK: - Stopping

extension ServerCore {
    /// From any thread.
    func requestStop(drain: UInt64) {
        orders.withLock { $0.stop = drain }
        poller.wake()
    }

    /// What is to be done; the order to stop stays.
    func takeOrders() -> Orders {
        orders.withLock { orders in
            defer { orders.lingering = [] }
            return orders
        }
    }

    /// Asks streams to come to their end; what handlers still owe is waited for.
    func finishStreams() {
        let streams = suspended.withLock { suspended in
            suspended.isStopping = true
            return Array(suspended.streams.values)
        }
        for stream in streams { stream.finishForStop() }
    }

    /// Lets go of everything suspended, so that the daemons can stop.
    func abandon() {
        let (pending, streams) = suspended.withLock { suspended in
            suspended.isClosed = true
            for (descriptor, native) in suspended.handshakes {
                poller.forget(descriptor)
                MHD_resume_connection(native.pointer)
            }
            suspended.handshakes = [:]
            return (Array(suspended.pending.values), Array(suspended.streams.values))
        }
        for (reply, task) in pending {
            task?.cancel()
            reply.fulfil(.error(.serviceUnavailable, "the server is stopping"))
        }
        for stream in streams { stream.end(.serverStopped, cut: false) }
    }
}
