import HTTPServer
import Logging

/// Decides what a caller may do, by where the request comes from (DESIGN.md section 7).
///
/// Who is no user proves it with the control token; that a request reached a loopback listener proves nothing, because a proxy on this
/// machine looks just like it. And none of them all may be a web page elsewhere that uses somebody's browser.
struct AccessRules: Sendable {
    let names: OwnNames
    let external: ExternalURL?
    /// Nil where none could be had, which `tokenProblem` explains.
    let token: ControlToken?
    var tokenProblem: String?

    /// Why this caller may not see what a route of the class `reading` shows; nil when they may.
    func readingRefusal(_ request: HTTPRequest, _ caller: Caller) -> HTTPResponse? {
        // A browser gives passwords and certificates only to the name that they are for.
        if caller.isUser || names.contain(request.headers["Host"], on: request.listener) { return nil }
        return .error(
            .forbidden,
            "the Host header must name this server: localhost or a loopback address, the listen address, or the host of"
                + " --web.external-url")
    }

    /// Why nobody who comes this way may change anything, whatever they know; nil when somebody may.
    func signingInRefusal(_ request: HTTPRequest, _ caller: Caller) -> HTTPResponse? {
        if !caller.isUser {
            guard request.listener.isLoopback else {
                return .error(
                    .forbidden,
                    "control is off on this address because it isn't loopback and has no users: name users in a file for"
                        + " --web.config.file, or talk to a loopback address")
            }
            if let header = AccessRules.proxyHeader(request) {
                return .error(
                    .forbidden,
                    "control is off for requests that come through a proxy, as \(header) says of this one, because there are no"
                        + " users: name users in a file for --web.config.file")
            }
            if let refusal = readingRefusal(request, caller) { return refusal }
        }
        if let foreign = foreignOrigin(request) {
            return .error(.forbidden, "requests from pages of \(foreign) are refused")
        }
        return nil
    }

    /// Why this caller may not change anything; nil when they may.
    func changingRefusal(_ request: HTTPRequest, _ caller: Caller) -> HTTPResponse? {
        if let refusal = signingInRefusal(request, caller) { return refusal }
        guard caller == .anonymous else { return nil }
        guard token != nil else {
            return .error(
                .forbidden, "control is off because there is no control token: \(tokenProblem ?? "none was made")")
        }
        let hint = "give the control token as Authorization: Bearer …; `jobsweep token` prints it"
        let isWrong = TokenCredentials.isGiven(in: request)
        return .error(
            .unauthorized, isWrong ? "that is not the control token; \(hint)" : hint,
            headers: ["WWW-Authenticate": "Bearer realm=\"jobsweep\"" + (isWrong ? ", error=\"invalid_token\"" : "")])
    }

    /// Whether the request has the control token with it.
    func hasToken(_ request: HTTPRequest) -> Bool {
        guard let token else { return false }
        return TokenCredentials.given(in: request).contains { $0.isSameSecret(as: token.secret) }
    }

    /// The header by which a proxy says that it passed the request on.
    static func proxyHeader(_ request: HTTPRequest) -> String? {
        request.headers.fields.first { field in
            let name = ByteText(field.name).lowercasedASCII
            return name.bytes.starts(with: "x-forwarded".utf8) || proxyHeaders.contains(name)
        }?.name
    }

    private static let proxyHeaders: Set<ByteText> = [
        "forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "x-original-forwarded-for",
        "true-client-ip", "cf-connecting-ip", "fastly-client-ip",
    ]

    /// The origin of the page that sent the request, when a browser says that it isn't one of ours.
    private func foreignOrigin(_ request: HTTPRequest) -> String? {
        if let origin = request.headers["Origin"] {
            let given = ByteText(origin).lowercasedASCII
            // The scheme may differ where a proxy in front speaks TLS.
            var ours = ["http", "https"].compactMap { scheme in
                request.headers["Host"].map { ByteText("\(scheme)://\($0)").lowercasedASCII }
            }
            if let external { ours.append(external.origin) }
            guard ours.contains(given) else { return origin }
        }
        if let site = request.headers["Sec-Fetch-Site"], !["same-origin", "none"].contains(ByteText(site)) {
            return "another site"
        }
        return nil
    }
}

extension AccessRules {
    /// The rules of a process that serves. Where there is no control token to be had, that is said and control is off: sweeps go on.
    init(_ parts: SidecarParts) {
        let web = parts.configuration.web
        names = OwnNames(listenHosts: web.listenAddresses.compactMap(\.host), external: web.externalURL)
        external = web.externalURL
        do throws(ControlTokenError) {
            token = try ControlToken.obtain(in: parts.configuration.state)
            parts.logger.notice(
                "the control token lies in its file",
                metadata: [
                    "path": "\(ControlToken.path(in: parts.configuration.state))", "print": "jobsweep token",
                ])
        } catch {
            token = nil
            tokenProblem = error.description
            parts.logger.error("control over HTTP is off without users", metadata: ["error": "\(error)"])
        }
    }
}
