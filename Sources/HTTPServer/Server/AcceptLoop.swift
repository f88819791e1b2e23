import CMicrohttpd
import Glibc
import Synchronization

/// The thread that accepts connections, hands them to libmicrohttpd, and closes what takes too long.
///
/// The server accepts by itself rather than let libmicrohttpd do it, because only so can one daemon serve several
/// listeners, a connection give way to another, and certificates change under open connections.
final class AcceptLoop {
    private let core: ServerCore
    private let daemons: Daemons
    private let sockets: [ListeningSocket]
    private var lingering: LingeringSockets
    private var stopDeadline: UInt64?
    /// Until when nothing is accepted, because it failed just now.
    private var pausedUntil: UInt64?
    private var nextTick: UInt64 = 0
    /// When a complaint was last made.
    private var lastComplaints: [Complaint: UInt64] = [:]
    private let tick: UInt64

    private enum Complaint {
        case crowded
        case acceptFailed
    }

    /// How long to wait for descriptors to become free.
    private static let pause: UInt64 = 100
    /// How many connections give way then.
    private static let roomAtOnce = 8
    /// A queue of new connections must not keep the clock from being looked at.
    private static let acceptsAtOnce = 64
    /// How long a crowded daemon may be held up, in milliseconds; see `Daemon.nudge`.
    private static let nudgeInterval: UInt64 = 10
    /// How long the same complaint is not repeated, in milliseconds.
    private static let complaintInterval: UInt64 = 60_000

    init(core: ServerCore, daemons: Daemons, sockets: [ListeningSocket]) {
        self.core = core
        self.daemons = daemons
        self.sockets = sockets
        lingering = LingeringSockets(poller: core.poller)
        let shortest = min(core.timeouts.head, core.timeouts.body, core.timeouts.sending, core.timeouts.idle)
        tick = min(500, max(10, shortest / 4))
    }

    /// Returns when the server has stopped and everything is closed.
    func run() {
        while true {
            for event in core.poller.wait(milliseconds: patience()) { handle(event) }
            let now = ConnectionClock.now()
            if daemons.isCrowded { daemons.nudge() }
            takeOrders(now: now)
            if let until = pausedUntil, now >= until {
                pausedUntil = nil
                listen()
            }
            if now >= nextTick {
                nextTick = now + (stopDeadline == nil ? tick : 5)
                core.table.reap(now: now, draining: stopDeadline != nil)
                lingering.expire(now: now)
            }
            if let stopDeadline, core.table.isEmpty || now >= stopDeadline { return finish() }
        }
    }

    /// Adds the listening sockets to the poller; false where that fails.
    @discardableResult
    func listen() -> Bool {
        sockets.enumerated().allSatisfy { core.poller.listen($1.descriptor, index: $0) }
    }

    /// How long to wait for events: for ever, when nothing has a deadline.
    private func patience() -> UInt64? {
        if stopDeadline != nil { return 5 }
        if core.table.isEmpty, lingering.isEmpty, pausedUntil == nil { return nil }
        if daemons.isCrowded { return Self.nudgeInterval }
        return pausedUntil == nil ? tick : min(tick, Self.pause)
    }

    private func handle(_ event: Poller.Event) {
        switch event {
        case .acceptable(let index): if stopDeadline == nil { accept(index) }
        case .peerGone(let descriptor): core.peerGone(descriptor)
        case .resumable(let descriptor): core.resumeHandshake(descriptor)
        case .readable(let descriptor): lingering.read(descriptor)
        case .woken: break
        }
    }

    private func takeOrders(now: UInt64) {
        let orders = core.takeOrders()
        for descriptor in orders.lingering { lingering.add(descriptor, now: now) }
        guard let drain = orders.stop, stopDeadline == nil else { return }
        stopDeadline = now + drain
        for socket in sockets {
            core.poller.forget(socket.descriptor)
            socket.close()
        }
        core.finishStreams()
    }

    private func finish() {
        core.abandon()
        daemons.stopAll()
        for descriptor in core.takeOrders().lingering { close(descriptor) }
        lingering.closeAll()
    }
}

// MARK: - Accepting

extension AcceptLoop {
    private func accept(_ index: Int) {
        let socket = sockets[index]
        for _ in 0..<Self.acceptsAtOnce {
            var address = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let descriptor = core.accept(socket.descriptor, &address, &length)
            if descriptor < 0 {
                let code = errno
                switch AcceptFailure(code) {
                case .nothingThere: return
                case .thatOneIsGone: continue
                case .exhausted:
                    outOfDescriptors(code)
                    return
                case .unknown:
                    // Whatever it is, it closes nobody's connection, and isn't tried again at once.
                    complain(.acceptFailed, .acceptFailed(reason: systemMessage(code)), now: ConnectionClock.now())
                    pause()
                    return
                }
            }
            guard let peer = SocketAddress(address, length: length) else {
                close(descriptor)
                continue
            }
            take(descriptor, peer, &address, length, socket, index)
        }
    }

    private func take(
        _ descriptor: Int32, _ peer: SocketAddress, _ address: inout sockaddr_storage, _ length: socklen_t,
        _ socket: ListeningSocket, _ index: Int
    ) {
        guard let (daemon, context) = daemons.next else {
            close(descriptor)
            return
        }
        let now = ConnectionClock.now()
        let connection = Connection(
            descriptor: descriptor, peer: peer,
            listener: .init(
                index: index, address: socket.address, isLoopback: socket.address.isLoopback, isTLS: daemon.isTLS),
            daemon: daemon, tls: context, core: core, headDeadline: now + core.timeouts.head)
        switch core.table.admit(connection) {
        case .welcome:
            break
        case .crowded:
            complain(.crowded, .crowded(connections: core.table.count), now: now)
        case .full:
            complain(.crowded, .crowded(connections: core.table.count), now: now)
            turnAway(descriptor, isTLS: daemon.isTLS, now: now)
            return
        }
        if !daemon.add(descriptor, &address, length) { core.lose(connection) }
    }

    /// Says that there is no room, to a connection that nobody will serve.
    private func turnAway(_ descriptor: Int32, isTLS: Bool, now: UInt64) {
        if !isTLS {
            let refusal = HTTPResponse.error(
                .serviceUnavailable, "too many connections", headers: ["Retry-After": "1"])
            let bytes = RawResponse.bytes(refusal)
            send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
        lingering.add(descriptor, now: now)
    }

    /// Accepting would fail again at once: wait until descriptors may be free.
    private func outOfDescriptors(_ code: Int32) {
        let now = ConnectionClock.now()
        complain(.acceptFailed, .acceptFailed(reason: systemMessage(code)), now: now)
        core.table.makeRoom(for: Self.roomAtOnce)
        pause()
    }

    private func pause() {
        for socket in sockets { core.poller.forget(socket.descriptor) }
        pausedUntil = ConnectionClock.now() + Self.pause
    }

    private func complain(_ kind: Complaint, _ event: HTTPServerEvent, now: UInt64) {
        if let last = lastComplaints[kind], now < last + Self.complaintInterval { return }
        lastComplaints[kind] = now
        core.log(event)
    }
}
