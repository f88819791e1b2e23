import Synchronization

/// The daemons that new connections go to, and those before them whose connections are still open.
///
/// Settings that libmicrohttpd takes only at start, such as certificates, change by starting other daemons: the
/// listening sockets stay, connections that are open keep the daemon that they began with.
final class Daemons: Sendable {
    private struct State {
        var current: DaemonGroup
        var retired: [DaemonGroup] = []

        var all: [DaemonGroup] { retired + [current] }
    }

    private let state: Mutex<State>

    init(_ group: DaemonGroup) {
        state = Mutex(State(current: group))
    }

    /// Where new connections go.
    var current: DaemonGroup { state.withLock { $0.current } }

    var hasRetired: Bool { state.withLock { !$0.retired.isEmpty } }

    var isCrowded: Bool { state.withLock { $0.all.contains(where: \.isCrowded) } }

    /// Sends new connections to others from now on.
    func replace(with group: DaemonGroup) {
        state.withLock { state in
            state.retired.append(state.current)
            state.current = group
        }
    }

    /// The longest retired, where more than `limit` are.
    func surplus(beyond limit: Int) -> DaemonGroup? {
        state.withLock { $0.retired.count > limit ? $0.retired.first : nil }
    }

    func nudge() {
        for group in state.withLock({ $0.all }) { group.nudge() }
    }

    /// Stops the retired ones that have no connection left. On the accepting thread alone, which knows of every
    /// connection that it has handed over.
    func stopUnused() {
        let unused = state.withLock { state in
            let unused = state.retired.filter(\.isUnused)
            state.retired.removeAll { group in unused.contains { $0 === group } }
            return unused
        }
        for group in unused { group.stop() }
    }

    /// Stops them all. On the accepting thread, after its last connection was handed over.
    func stopAll() {
        let all = state.withLock { state in
            defer { state.retired = [] }
            return state.all
        }
        for group in all { group.stop() }
    }
}
