import CMicrohttpd
import Glibc
import Synchronization

/// Every open connection, the limits on their number, and the closing of those that take too long.
///
/// A descriptor is shut down only under the lock and only while its connection is in the table; a connection is taken
/// out before libmicrohttpd closes the descriptor. So no shutdown can hit a descriptor that has become something else.
final class ConnectionTable: Sendable {
    struct Limits: Sendable {
        var total: Int
        var perClient: Int
    }

    enum Admission {
        case welcome
        /// Others had to give way.
        case crowded
        /// Every connection is busy.
        case full
    }

    private struct State {
        var connections: [Int32: Connection] = [:]
        /// Those not leaving, by client.
        var perClient: [ClientKey: Int] = [:]
        /// Those not leaving.
        var count = 0
        /// Ever.
        var admitted: UInt64 = 0
    }

    /// How long a connection that has run out of time may take to close, in milliseconds.
    private static let lastWordTime: UInt64 = 1000

    private let state = Mutex(State())
    private let limits: Limits
    private let headTimeout: UInt64

    init(limits: Limits, headTimeout: UInt64) {
        self.limits = limits
        self.headTimeout = headTimeout
    }

    var isEmpty: Bool { state.withLock { $0.connections.isEmpty } }
    var count: Int { state.withLock { $0.connections.count } }

    /// What the connections that libmicrohttpd has begun with are doing.
    var phases: [ConnectionClock.Phase] {
        state.withLock { state in state.connections.values.filter(\.hasBegun).map { $0.clock.reading.phase } }
    }

    /// Takes a new connection in, before it is handed to libmicrohttpd.
    func admit(_ connection: Connection) -> Admission {
        state.withLock { state in
            var admission = Admission.welcome
            // The same number again means that the connection before it failed to start and is gone.
            if let stale = state.connections[connection.descriptor] { giveUp(stale, &state) }
            if state.perClient[connection.client, default: 0] >= limits.perClient {
                guard let victim = slowest(state.connections.values.filter { $0.client == connection.client })
                else { return .full }
                shut(victim, &state)
                admission = .crowded
            }
            if state.count >= limits.total {
                guard let victim = slowest(state.connections.values) else { return .full }
                shut(victim, &state)
                admission = .crowded
            }
            state.connections[connection.descriptor] = connection
            connection.order = state.admitted
            state.admitted += 1
            state.count += 1
            state.perClient[connection.client, default: 0] += 1
            return admission
        }
    }

    /// libmicrohttpd begins with a descriptor.
    func opened(_ descriptor: Int32) -> Connection? {
        state.withLock { state in
            guard let connection = state.connections[descriptor] else { return nil }
            connection.hasBegun = true
            // Told to give way before it had begun.
            if connection.isLeaving { shutdown(descriptor, Int32(SHUT_RDWR)) }
            return connection
        }
    }

    /// libmicrohttpd is about to close the connection's descriptor, or has never begun with it.
    ///
    /// False if the connection had been given up before.
    func closed(_ connection: Connection) -> Bool {
        state.withLock { remove(connection, &$0) }
    }

    /// Has a connection closed at once, whatever it is doing.
    func shut(_ connection: Connection) {
        state.withLock { shut(connection, &$0) }
    }

    /// Closes so many connections, those first that others would have to wait for longest.
    func makeRoom(for count: Int) {
        state.withLock { state in
            for _ in 0..<count {
                guard let victim = slowest(state.connections.values) else { return }
                shut(victim, &state)
            }
        }
    }

    /// Closes what has run out of time.
    ///
    /// - Parameter draining: whether to close also what is between requests.
    func reap(now: UInt64, draining: Bool) {
        state.withLock { state in
            for connection in Array(state.connections.values) {
                let reading = connection.clock.reading
                if !connection.hasBegun {
                    // libmicrohttpd had no memory for it, and the descriptor is no longer ours to touch.
                    if now >= reading.deadline { giveUp(connection, &state) }
                } else if connection.isLeaving {
                    tellAgain(connection, now: now, reading)
                } else if now >= reading.deadline, reading.isReceiving, reading.phase != .idle {
                    expire(connection, &state)
                } else if now >= reading.deadline || (draining && reading.canGiveWay) {
                    shut(connection, &state)
                } else if reading.isReceiving {
                    compare(connection, reading, now: now, &state)
                }
            }
        }
    }

    /// Looks at what has become of a socket since the last time, where no request was completed in between.
    ///
    /// An idle connection whose client has begun to send a request gets no longer for it than a new one. And one whose
    /// client has closed is closed: libmicrohttpd 0.9.75 does not notice an end that comes together with the last bytes.
    private func compare(
        _ connection: Connection, _ reading: ConnectionClock.Reading, now: UInt64, _ state: inout State
    ) {
        let sample = SocketSample(connection.descriptor, reading)
        defer { connection.sample = sample }
        guard let before = connection.sample, before.reading == reading else { return }
        if before.isPeerGone {
            shut(connection, &state)
        } else if reading.phase == .idle, before.bytesReceived != sample.bytesReceived {
            let deadline = min(reading.deadline, now + headTimeout)
            connection.clock.enter(.head, deadline: deadline, ifStill: reading)
        }
    }

    /// The connection to close for another: the one whose request has been under way longest, else the one idle
    /// longest.
    private func slowest(_ connections: some Sequence<Connection>) -> Connection? {
        var best: (connection: Connection, rank: (UInt64, UInt64))?
        for connection in connections where !connection.isLeaving {
            let reading = connection.clock.reading
            guard reading.canGiveWay else { continue }
            let deadline = reading.deadline + (reading.phase == .idle ? ConnectionClock.never : 0)
            let rank = (deadline, connection.order)
            if best.map({ rank < $0.rank }) ?? true { best = (connection, rank) }
        }
        return best?.connection
    }

    private func shut(_ connection: Connection, _ state: inout State) {
        guard state.connections[connection.descriptor] === connection, !connection.isLeaving else { return }
        connection.isLeaving = true
        leave(connection, &state)
        if connection.hasBegun { shutdown(connection.descriptor, Int32(SHUT_RDWR)) }
    }

    /// Has a connection closed whose request hasn't come in time, by its own thread, which finds the end and can say so.
    private func expire(_ connection: Connection, _ state: inout State) {
        connection.isLeaving = true
        leave(connection, &state)
        connection.hasExpired.store(true, ordering: .relaxed)
        shutdown(connection.descriptor, Int32(SHUT_RD))
    }

    /// Tells a connection once more that was told to close and is still here: its thread may not have noticed. One that has run out of time
    /// may say so first.
    private func tellAgain(_ connection: Connection, now: UInt64, _ reading: ConnectionClock.Reading) {
        let maySaySo = connection.hasExpired.load(ordering: .relaxed) && now < reading.deadline + Self.lastWordTime
        if !maySaySo { shutdown(connection.descriptor, Int32(SHUT_RDWR)) }
    }

    /// Forgets a connection that libmicrohttpd has never begun with.
    private func giveUp(_ connection: Connection, _ state: inout State) {
        if remove(connection, &state) { connection.daemon.load.subtract(1, ordering: .relaxed) }
    }

    private func remove(_ connection: Connection, _ state: inout State) -> Bool {
        guard state.connections[connection.descriptor] === connection else { return false }
        state.connections[connection.descriptor] = nil
        if !connection.isLeaving { leave(connection, &state) }
        return true
    }

    private func leave(_ connection: Connection, _ state: inout State) {
        state.count -= 1
        if let count = state.perClient[connection.client], count > 1 {
            state.perClient[connection.client] = count - 1
        } else {
            state.perClient[connection.client] = nil
        }
    }
}
