import HTTPServer

/// Trades the control token for a cookie, so that the page need not keep it where scripts can read it, and takes the cookie back.
struct TokenSession: Sendable {
    static let path = "/api/session"
    /// Where the page's own forms lead.
    static let formPath = "/session"

    let gate: AccessGate
    let prefix: RoutePrefix
    /// What the path of a link begins with.
    let base: String

    func add(to routes: inout GuardedRoutes) {
        routes.post(TokenSession.path, .signingIn, begin)
        routes.on(.delete, TokenSession.path, .signingIn, end)
        routes.form(TokenSession.formPath, .signingInByForm, beginByForm)
        routes.form(TokenSession.formPath + "/end", .signingInByForm, endByForm)
    }

    @Sendable private func begin(_ visit: Visit) -> HTTPReply {
        .later {
            let given: ByteText
            do throws(RequestProblem) {
                given = try TokenBody(visit.request.body).token
            } catch {
                return error.response
            }
            return refusal(of: given, visit) ?? answer("The page may change something now", cookie: cookie(visit))
        }
    }

    /// The same for a browser without JavaScript: back to the page, with the cookie.
    @Sendable private func beginByForm(_ visit: Visit) -> HTTPReply {
        .later {
            let given: ByteText
            do throws(RequestProblem) {
                given = ByteText(try FormBody(visit.request.body, single: ["token"])["token"] ?? "")
            } catch {
                return PageRoutes.problem(error.response, visit, "", base)
            }
            guard let refusal = refusal(of: given, visit) else { return back(cookie: cookie(visit)) }
            return PageRoutes.problem(refusal, visit, "", base)
        }
    }

    @Sendable private func endByForm(_ visit: Visit) -> HTTPReply {
        .now(back(cookie: TokenCredentials.forgetting(visit.request, below: prefix)))
    }

    /// Why this isn't the token; nil where it is.
    private func refusal(of given: ByteText, _ visit: Visit) -> HTTPResponse? {
        if visit.caller.isUser {
            return .error(.conflict, "there are users, and the control token counts for nothing beside them")
        }
        guard let token = gate.rules.token else {
            let reason = gate.rules.tokenProblem ?? "none was made"
            return .error(.forbidden, "control is off because there is no control token: \(reason)")
        }
        guard given.isSameSecret(as: token.secret) else {
            gate.web.failures.note(.token, visit.request)
            return .error(
                .unauthorized, "that is not the control token; `jobsweep token` prints it",
                headers: ["WWW-Authenticate": "Bearer realm=\"jobsweep\", error=\"invalid_token\""])
        }
        return nil
    }

    private func cookie(_ visit: Visit) -> String {
        gate.rules.token.map { TokenCredentials.cookie($0, for: visit.request, below: prefix) } ?? ""
    }

    private func back(cookie: String) -> HTTPResponse {
        HTTPResponse(status: .seeOther, headers: ["Location": base + "/", "Set-Cookie": cookie])
    }

    @Sendable private func end(_ visit: Visit) -> HTTPReply {
        .later {
            do throws(RequestProblem) {
                try RunBody.expectEmpty(visit.request.body)
            } catch {
                return error.response
            }
            return answer(
                "The page has forgotten the token", cookie: TokenCredentials.forgetting(visit.request, below: prefix))
        }
    }

    private func answer(_ message: String, cookie: String) -> HTTPResponse {
        var response = json(["success": true, "message": .string(message)])
        response.headers["Set-Cookie"] = cookie
        return response
    }
}

/// The body of `POST /api/session`.
private struct TokenBody {
    let token: ByteText

    /// - Throws: `RequestProblem`.
    init(_ bytes: [UInt8]) throws(RequestProblem) {
        let fields = try RunBody.object(bytes)
        if let name = fields.keys.filter({ $0 != "token" }).min() {
            throw .malformed("unknown field '\(name)'; allowed is token")
        }
        switch fields["token"] {
        case .string(let text): token = ByteText(text)
        case nil: throw .invalid("'token' is missing")
        case let value?: throw .invalid("'token' must be a string, not \(value.kind)")
        }
    }
}
