import Synchronization

/// The daemon that new connections go to, and those before it whose connections are still open.
///
/// Settings that libmicrohttpd takes only at start, such as certificates, change by starting another daemon: the
/// listening sockets stay, connections that are open keep the daemon that they began with.
final class Daemons: Sendable {
    private struct State {
        var current: Daemon
        var retired: [Daemon] = []
    }

    private let state: Mutex<State>

    init(_ daemon: Daemon) {
        state = Mutex(State(current: daemon))
    }

    /// Where new connections go.
    var current: Daemon { state.withLock { $0.current } }

    var hasRetired: Bool { state.withLock { !$0.retired.isEmpty } }

    /// Sends new connections to another daemon from now on.
    func replace(with daemon: Daemon) {
        state.withLock { state in
            state.retired.append(state.current)
            state.current = daemon
        }
    }

    /// The longest retired, where more than `limit` are.
    func surplus(beyond limit: Int) -> Daemon? {
        state.withLock { $0.retired.count > limit ? $0.retired.first : nil }
    }

    /// Stops the retired ones that have no connection left. On the accepting thread alone.
    ///
    /// - Parameter isUnused: whether no connection of the table is the daemon's.
    func stopUnused(where isUnused: (Daemon) -> Bool) {
        let unused = state.withLock { state in
            let unused = state.retired.filter(isUnused)
            state.retired.removeAll { daemon in unused.contains { $0 === daemon } }
            return unused
        }
        for daemon in unused { daemon.stop() }
    }

    /// Stops them all. On the accepting thread, after its last connection was handed over.
    func stopAll() {
        let all = state.withLock { state in
            defer { state.retired = [] }
            return state.retired + [state.current]
        }
        for daemon in all { daemon.stop() }
    }
}
