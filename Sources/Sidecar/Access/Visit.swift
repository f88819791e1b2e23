import HTTPServer
import Sweeping

/// A request that was let in, and who sent it. Only the gate makes one.
struct Visit: Sendable {
    let request: HTTPRequest
    let caller: Caller
    let rules: AccessRules

    enum Control: Sendable, Equatable {
        case allowed(byToken: Bool)
        /// With the control token it would be.
        case needsToken
        /// Nobody who comes this way may, for this reason.
        case off(String)
    }

    /// Whether the caller could change something, for the page to offer it.
    var control: Control {
        guard let refusal = rules.changingRefusal(request, caller) else {
            return .allowed(byToken: caller == .token)
        }
        guard refusal.status != .unauthorized else { return .needsToken }
        return .off(refusal.detail)
    }

    /// Who this is, for a run's record.
    var requester: Requester { Requester(caller, of: request) }
}

extension Requester {
    /// Who sent a request, and from where.
    init(_ caller: Caller, of request: HTTPRequest) {
        let name: String? = if case .user(let name) = caller { name } else { nil }
        self.init(
            caller.isUser ? .user : .token, name: name.map(Requester.short), address: request.peer.place,
            forwardedFor: request.headers.list("X-Forwarded-For").map(Requester.short))
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
