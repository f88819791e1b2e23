import Synchronization

/// An HTTP/1.1 server on libmicrohttpd.
///
/// A few threads of libmicrohttpd's own serve all connections; one more accepts them. Handlers run on the former and
/// must not wait for anything.
package final class HTTPServer: Sendable {
    private enum State {
        case created
        case running(Running)
        case stopping(Running)
        case stopped
    }

    private struct Running: Sendable {
        var core: ServerCore
        var daemons: Daemons
        var addresses: [SocketAddress]
        var tls: TLSSettings?
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let configuration: HTTPServerConfiguration
    private let responder: any HTTPResponder
    private let state = Mutex(State.created)

    package init(_ configuration: HTTPServerConfiguration, responder: any HTTPResponder) {
        self.configuration = configuration
        self.responder = responder
    }

    deinit {
        // The accepting thread keeps what it needs; nobody can stop it any more but this.
        if case .running(let running) = state.withLock({ $0 }) { running.core.requestStop(drain: 0) }
    }

    /// The addresses in the order of the configured listeners, of which a name may have several, with the ports that the system chose. Empty before
    /// `start()`.
    package var addresses: [SocketAddress] {
        state.withLock {
            switch $0 {
            case .running(let running), .stopping(let running): running.addresses
            case .created, .stopped: []
            }
        }
    }

    /// How many connections are open now.
    package var openConnections: Int { core?.table.count ?? 0 }

    /// The parts that are at work; nil before the start and after the stop.
    var core: ServerCore? {
        state.withLock {
            switch $0 {
            case .running(let running), .stopping(let running): running.core
            case .created, .stopped: nil
            }
        }
    }

    /// Opens every listener and begins to serve, or throws and leaves nothing open.
    ///
    /// Has SIGPIPE ignored for the whole process, and raises the process' soft limit of open files as far as the
    /// connection limit needs and the hard limit allows.
    /// - Precondition: called once.
    package func start() throws(HTTPServerError) {
        try state.withLock { state throws(HTTPServerError) in
            guard case .created = state else { preconditionFailure("a server starts once") }
            let opened = try OpenServer(configuration, responder: responder)
            // The thread asks for this lock when it ends, and so not before the state is set.
            try opened.startAccepting { [weak self] in self?.ended() }
            state = .running(
                Running(
                    core: opened.core, daemons: opened.daemons, addresses: opened.sockets.map(\.address),
                    tls: configuration.tls))
        }
    }

    /// Stops accepting, lets requests under way come to their end for so long, then closes what is left. Returns when
    /// everything is closed. Handlers and streams must not wait for it.
    package func stop(drain: Duration = .seconds(2)) async {
        await withCheckedContinuation { continuation in
            let core = state.withLock { state -> ServerCore? in
                switch state {
                case .created, .stopped:
                    state = .stopped
                    return nil
                case .running(var running), .stopping(var running):
                    running.waiters.append(continuation)
                    state = .stopping(running)
                    return running.core
                }
            }
            if let core { core.requestStop(drain: drain.milliseconds) } else { continuation.resume() }
        }
    }

    /// Changes the certificate and everything else about TLS, for connections that come from now on; `nil` serves plain
    /// HTTP. Connections that are open stay as they are, with the settings that they began with, for as long as their
    /// clients keep them. Throws, with nothing changed, where the settings cannot be used.
    ///
    /// Does nothing where the settings are the same, so that it may be called with whatever a reload has read.
    package func reload(tls: TLSSettings?) throws(HTTPServerError) {
        try state.withLock { state throws(HTTPServerError) in
            guard case .running(var running) = state else { throw .start("it is not running") }
            guard running.tls != tls else { return }
            try running.daemons.use(tls)
            running.tls = tls
            state = .running(running)
        }
    }

    private func ended() {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            defer { state = .stopped }
            return if case .stopping(let running) = state { running.waiters } else { [] }
        }
        for waiter in waiters { waiter.resume() }
    }
}
