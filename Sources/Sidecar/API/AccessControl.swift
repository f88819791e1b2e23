import HTTPServer

/// Who a request comes from, as far as it has proved it.
package enum Caller: Sendable, Equatable {
    case anonymous
    /// A user of the web configuration, or the holder of a client certificate.
    case user(String)

    var isAuthenticated: Bool { self != .anonymous }
}

/// Decides which requests may change something (DESIGN.md section 7): those on a loopback listener and those of authenticated users, and
/// of these only what no web page elsewhere can have sent.
package enum AccessControl {
    /// Why a request that would change something may not go on; nil when it may.
    package static func refusal(of request: HTTPRequest, from caller: Caller) -> HTTPResponse? {
        guard request.listener.isLoopback || caller.isAuthenticated else {
            return .error(
                .forbidden,
                "control is off on this address because it isn't loopback and has no users: name users in a file for"
                    + " --web.config.file, or talk to a loopback address")
        }
        // A browser that was led here by somebody else's name (DNS rebinding) sends that name; whoever knows a password needs
        // no such trick.
        guard caller.isAuthenticated || isLoopbackName(request.headers["Host"]) else {
            return .error(
                .forbidden, "the Host header must name this machine (localhost or a loopback address), not another host"
            )
        }
        if let foreign = foreignOrigin(request) {
            return .error(.forbidden, "requests from pages of \(foreign) are refused")
        }
        guard isJSON(request.headers["Content-Type"]) else {
            return .error(.unsupportedMediaType, "send Content-Type: application/json")
        }
        return nil
    }

    /// Whether a Host header names the loopback interface. The port may differ: a tunnel has its own.
    static func isLoopbackName(_ host: String?) -> Bool {
        guard let host, let name = name(ofHost: host)?.lowercased() else { return false }
        if name == "localhost" || name == "localhost." || name == "[::1]" { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { !$0.isEmpty && $0.count <= 3 && $0.allSatisfy(\.isASCIIDigit) && Int($0)! <= 255 }
    }

    /// The name in `name[:port]`; nil when it isn't of that form.
    private static func name(ofHost host: String) -> String? {
        let name: Substring
        let rest: Substring
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return nil }
            name = host[...end]
            rest = host[host.index(after: end)...]
        } else {
            name = host.prefix { $0 != ":" }
            rest = host.dropFirst(name.count)
        }
        guard !name.isEmpty, rest.isEmpty || (rest.first == ":" && rest.dropFirst().allSatisfy(\.isASCIIDigit)) else {
            return nil
        }
        return String(name)
    }

    /// The origin of the page that sent the request, when a browser says that it isn't one of ours.
    private static func foreignOrigin(_ request: HTTPRequest) -> String? {
        if let origin = request.headers["Origin"] {
            // The scheme may differ where a proxy in front speaks TLS.
            let ours =
                request.headers["Host"].map { ["http://\($0)".lowercased(), "https://\($0)".lowercased()] } ?? []
            guard ours.contains(origin.lowercased()) else { return origin }
        }
        if let site = request.headers["Sec-Fetch-Site"], site != "same-origin", site != "none" { return "another site" }
        return nil
    }

    private static func isJSON(_ type: String?) -> Bool {
        guard let type else { return false }
        let essence = type.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }
        return essence.lowercased() == "application/json"
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
