import Synchronization

/// The daemons that connections go to: a group that speaks plain HTTP and one that speaks TLS, each started when it is first wanted.
///
/// A reload changes what new connections begin with; those that are open keep their daemon and their TLS settings.
final class Daemons: Sendable {
    /// Starts a group, for TLS or not.
    typealias Start = @Sendable (_ isTLS: Bool) throws(HTTPServerError) -> DaemonGroup

    private struct State {
        var plain: DaemonGroup?
        var secured: DaemonGroup?
        var context: TLSContext?

        var all: [DaemonGroup] { [plain, secured].compactMap(\.self) }
    }

    private let start: Start
    private let state = Mutex(State())

    init(_ tls: TLSSettings?, start: @escaping Start) throws(HTTPServerError) {
        self.start = start
        try use(tls)
    }

    /// Has connections from now on speak TLS with these settings, or plain HTTP. Throws with nothing changed.
    func use(_ tls: TLSSettings?) throws(HTTPServerError) {
        var context: TLSContext?
        if let tls { context = try TLSContext(tls) }
        try state.withLock { state throws(HTTPServerError) in
            if context == nil, state.plain == nil { state.plain = try start(false) }
            if context != nil, state.secured == nil { state.secured = try start(true) }
            state.context = context
        }
    }

    /// Where a new connection goes, and what it speaks TLS with; nil after the end.
    var next: (daemon: Daemon, context: TLSContext?)? {
        state.withLock { state in
            let group = state.context == nil ? state.plain : state.secured
            return group.map { ($0.next, state.context) }
        }
    }

    var isCrowded: Bool { state.withLock { $0.all.contains(where: \.isCrowded) } }

    func nudge() {
        for group in state.withLock({ $0.all }) { group.nudge() }
    }

    /// Stops them all. On the accepting thread, after its last connection was handed over.
    func stopAll() {
        let all = state.withLock { state in
            defer { (state.plain, state.secured) = (nil, nil) }
            return state.all
        }
        for group in all { group.stop() }
    }
}
