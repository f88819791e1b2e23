import CMicrohttpd
import Glibc
import Synchronization

/// A running libmicrohttpd daemon: one thread that serves the connections handed to it.
final class Daemon: @unchecked Sendable {
    // Safe to share: everything is set in init, libmicrohttpd's functions for adding connections and for stopping may be
    // called from any thread, and `stop` is called once, by the accepting thread, after the last `add`.

    struct Settings: Sendable {
        var idleTimeout: Duration
        var isTLS: Bool
    }

    private let handle: OpaquePointer
    private let logTarget: UnsafeMutablePointer<cmhd_log_target>
    /// In the epoll set of the daemon's thread.
    private let wakeup: Int32
    /// Connections handed over and not closed yet.
    let load = Atomic<Int>(0)

    let isTLS: Bool

    /// Whether there are so many connections that a nudge may be needed.
    var isCrowded: Bool { load.load(ordering: .relaxed) >= Self.eventsAtOnce - 1 }

    /// What one connection may use for its request and the headers of the response. Half of it is for what is received, which
    /// the limits keep below; the other half for libmicrohttpd's notes of 64 bytes about each header, parameter and cookie, of
    /// which the scanner lets through a hundred or fewer each, and a copy of the cookies.
    private static let memoryPerConnection = 48 * 1024
    /// Handlers run on these threads: encoding JSON and compressing need some stack, not much.
    private static let threadStack = 512 * 1024
    private static let eventsAtOnce = 128

    /// - Parameter core: must outlive the daemon.
    init(_ settings: Settings, core: ServerCore) throws(HTTPServerError) {
        isTLS = settings.isTLS
        logTarget = .allocate(capacity: 1)
        let context = Unmanaged.passUnretained(core).toOpaque()
        logTarget.initialize(to: cmhd_log_target(receive: libraryLogged, context: context))
        var native = cmhd_settings()
        native.context = context
        native.request_arrived = requestArrived
        native.request_completed = requestCompleted
        native.connection_changed = connectionChanged
        native.log = UnsafePointer(logTarget)
        native.idle_timeout_seconds = UInt32(clamping: settings.idleTimeout.milliseconds / 1000 + 1)
        native.memory_per_connection = Self.memoryPerConnection
        native.thread_stack = Self.threadStack
        native.is_tls = settings.isTLS ? 1 : 0
        wakeup = clinux_eventfd()
        guard wakeup >= 0, let started = withSignalsBlocked({ cmhd_start(&native) }) else {
            if wakeup >= 0 { close(wakeup) }
            logTarget.deallocate()
            throw .start("libmicrohttpd did not start, see its messages in the log")
        }
        handle = started
        // The library takes an event without a pointer for one that it need not look at.
        _ = clinux_epoll_add(cmhd_epoll(handle), wakeup, clinux_each_write(), 0)
    }

    deinit {
        close(wakeup)
        logTarget.deallocate()
    }

    /// Hands a connected socket over. Whatever the result, the socket is libmicrohttpd's now, and closed by it.
    func add(_ descriptor: Int32, _ address: inout sockaddr_storage, _ length: socklen_t) -> Bool {
        load.add(1, ordering: .relaxed)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                MHD_add_connection(handle, descriptor, $0, length) == .YES
            }
        }
    }

    /// Has the daemon's thread look at what has happened, should it be waiting all the same.
    ///
    /// libmicrohttpd 0.9.75 asks for 128 events at once, and where there are exactly as many, it waits for another before
    /// it deals with any.
    func nudge() {
        guard isCrowded else { return }
        var one: UInt64 = 1
        _ = Glibc.write(wakeup, &one, 8)
    }

    /// Closes what is open and ends the thread. Nothing may be suspended. Not from a callback.
    func stop() {
        MHD_stop_daemon(handle)
    }
}

// MARK: - In callbacks of a connection

extension Daemon {
    /// Tells the client that no more bytes come.
    func endWriting(_ native: OpaquePointer, _ descriptor: Int32) {
        if isTLS, let session = cmhd_session(native) { _ = gnutls_bye(session, GNUTLS_SHUT_WR) }
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Sends bytes past libmicrohttpd, as many as the socket takes at once.
    func write(_ bytes: [UInt8], to native: OpaquePointer, _ descriptor: Int32) {
        if isTLS {
            guard let session = cmhd_session(native) else { return }
            _ = gnutls_record_send(session, bytes, bytes.count)
        } else {
            send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
    }
}
