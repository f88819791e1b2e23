import Glibc

/// The parts of a server that is about to run: sockets bound, libmicrohttpd's threads started.
struct OpenServer {
    let core: ServerCore
    let daemons: Daemons
    let sockets: [ListeningSocket]

    /// Descriptors that the rest of the program needs.
    private static let reservedDescriptors = 128

    /// Throws with everything closed again.
    init(_ configuration: HTTPServerConfiguration, responder: any HTTPResponder) throws(HTTPServerError) {
        signal(SIGPIPE, SIG_IGN)
        let limit = Self.connectionLimit(configuration.connectionLimit)
        let core = ServerCore(configuration, connectionLimit: limit, responder: responder, poller: try Poller())
        let sockets = try Self.listen(configuration.listeners)
        do {
            daemons = try Daemons(configuration.tls) { (isTLS) throws(HTTPServerError) in
                try configuration.daemons(isTLS: isTLS, core: core)
            }
        } catch {
            for socket in sockets { socket.close() }
            throw error
        }
        self.core = core
        self.sockets = sockets
    }

    /// Starts the accepting thread, which keeps everything alive until the server has stopped.
    func startAccepting(ended: @escaping @Sendable () -> Void) throws(HTTPServerError) {
        let loop = AcceptLoop(core: core, daemons: daemons, sockets: sockets)
        let isListening = loop.listen()
        let started =
            isListening
            && startThread(named: "http-accept") {
                loop.run()
                ended()
            }
        guard started else {
            daemons.stopAll()
            for socket in sockets { socket.close() }
            throw .start(isListening ? "no thread for accepting connections" : "the listening sockets cannot be polled")
        }
    }

    private static func listen(
        _ listeners: [HTTPServerConfiguration.Listener]
    ) throws(HTTPServerError) -> [ListeningSocket] {
        var sockets: [ListeningSocket] = []
        do {
            for listener in listeners {
                switch listener {
                case .address(let address): sockets += try ListeningSocket.open(address)
                case .descriptor(let descriptor, let name):
                    sockets.append(try ListeningSocket.adopt(descriptor, name: name))
                }
            }
        } catch {
            for socket in sockets { socket.close() }
            throw error
        }
        return sockets
    }

    /// How many connections the process' limit of open files leaves room for, after raising it as far as need be.
    private static func connectionLimit(_ wanted: Int) -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return wanted }
        let needed = rlim_t(wanted + reservedDescriptors)
        if limit.rlim_cur < needed {
            limit.rlim_cur = min(needed, limit.rlim_max)
            guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return wanted }
        }
        return max(1, min(wanted, Int(clamping: limit.rlim_cur) - reservedDescriptors))
    }
}

extension HTTPServerConfiguration {
    /// Starts libmicrohttpd's threads.
    func daemons(isTLS: Bool, core: ServerCore) throws(HTTPServerError) -> DaemonGroup {
        try DaemonGroup(Daemon.Settings(idleTimeout: idleTimeout, isTLS: isTLS), threads: threads, core: core)
    }
}
