import HTTPServer
import Logging
import Sweeping
import Synchronization

/// Says in the log who couldn't prove who they are: a few lines a minute, with the number of those that got none, so that a flood of
/// guesses doesn't become a flood of lines.
package final class FailedLogins: Sendable {
    enum Kind: String {
        case password
        case token
    }

    private struct State {
        var window: Duration = .zero
        var said = 0
        var unsaid = 0
    }

    private static let window: Duration = .seconds(60)
    private static let linesAWindow = 10

    private let clock: any SweepClock
    private let logger: Logger
    private let state = Mutex(State())

    package init(clock: any SweepClock, logger: Logger) {
        self.clock = clock
        self.logger = logger
    }

    /// - Parameter user: whom the request claimed to come from.
    func note(_ kind: Kind, _ request: HTTPRequest, user: String? = nil) {
        let now = clock.uptime()
        let unsaid = state.withLock { state -> Int? in
            if now - state.window >= FailedLogins.window {
                state.window = now
                state.said = 0
            }
            guard state.said < FailedLogins.linesAWindow else {
                state.unsaid += 1
                return nil
            }
            state.said += 1
            defer { state.unsaid = 0 }
            return state.unsaid
        }
        guard let unsaid else { return }
        let requester = Requester(user.map { .user($0) } ?? .token, of: request)
        var data: Logger.Metadata = [
            "by": "\(requester)", "kind": "\(kind.rawValue)", "method": "\(request.method)",
            "path": "\(request.route?.name ?? "other")",
        ]
        if unsaid > 0 { data["more_since_the_last_line"] = "\(unsaid)" }
        logger.warning("a login failed", metadata: data)
    }
}
