import HTTPServer
import Sweeping

/// A request that was let in, and who sent it. Only the gate makes one.
struct Visit: Sendable {
    let request: HTTPRequest
    let caller: Caller
    /// Whether the caller could change something, for the page to offer it.
    let control: Control

    enum Control: Sendable, Equatable {
        case allowed(byToken: Bool)
        /// With the control token it would be.
        case needsToken
        /// Nobody who comes this way may, for this reason.
        case off(String)
    }

    /// Who this is, for a run's record.
    var requester: Requester {
        let kind: Requester.Kind = caller.isUser ? .user : .token
        let name: String? = if case .user(let name) = caller { name } else { nil }
        return Requester(
            kind, name: name.map(Visit.short), address: request.peer.place,
            forwardedFor: request.headers.list("X-Forwarded-For").map(Visit.short))
    }

    /// What others wrote and a log keeps isn't endless, and is one line.
    private static func short(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars.prefix(200) {
            let isControl = scalar.properties.generalCategory == .control
            shown.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
        }
        return shown
    }
}

/// Answers a request that was let in.
typealias VisitHandler = @Sendable (Visit) -> HTTPReply
