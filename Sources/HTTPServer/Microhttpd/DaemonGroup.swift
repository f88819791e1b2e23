import Synchronization

/// A few daemons with the same settings, which share the connections among them: one thread each.
///
/// libmicrohttpd has thread pools of its own; they place connections by the descriptor's number and cannot be nudged.
final class DaemonGroup: Sendable {
    let daemons: [Daemon]

    /// - Parameter core: must outlive the daemons.
    init(_ settings: Daemon.Settings, threads: Int, core: ServerCore) throws(HTTPServerError) {
        var started: [Daemon] = []
        do {
            for _ in 0..<max(1, threads) { started.append(try Daemon(settings, core: core)) }
        } catch {
            for daemon in started { daemon.stop() }
            throw error
        }
        daemons = started
    }

    /// So many connections are one thread's before the next has any. Few clients are served sooner by one thread that is awake than by
    /// several that have to be woken and take the processor from each other and from the client.
    private static let fill = 64

    /// Where a new connection goes: the first that has few, else the one that has the fewest.
    var next: Daemon {
        var best = daemons[0]
        for daemon in daemons {
            let load = daemon.load.load(ordering: .relaxed)
            if load < Self.fill { return daemon }
            if load < best.load.load(ordering: .relaxed) { best = daemon }
        }
        return best
    }

    /// Whether one has so many connections that nudges may be needed.
    var isCrowded: Bool { daemons.contains(where: \.isCrowded) }

    func nudge() {
        for daemon in daemons { daemon.nudge() }
    }

    /// Closes what is open and ends the threads. Nothing may be suspended. Not from a callback.
    func stop() {
        for daemon in daemons { daemon.stop() }
    }
}
