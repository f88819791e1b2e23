import HTTPServer

/// Lets a request through to its handler, or says why not.
struct AccessGate: Sendable {
    let web: WebAccess
    let rules: AccessRules

    /// Has `next` answer the request if the caller may use a route of this class.
    /// - Parameter query: the parameters that the route takes; nil where no route will answer.
    func admit(
        _ request: HTTPRequest, to access: RouteAccess, query: [QueryParameter]?, _ next: @escaping VisitHandler
    ) -> HTTPReply {
        if let problem = StrictRequest.doubledHeader(request) { return .now(problem.response) }
        guard access != .open, web.current.knowsUsers else {
            let caller: Caller = !web.current.knowsUsers && rules.hasToken(request) ? .token : .anonymous
            return decide(request, caller, access, query, next)
        }
        return .later {
            switch await web.identify(request) {
            case .failure(let away): return away.response
            case .success(let caller): return await decide(request, caller, access, query, next).response()
            }
        }
    }

    private func decide(
        _ request: HTTPRequest, _ caller: Caller, _ access: RouteAccess, _ query: [QueryParameter]?,
        _ next: VisitHandler
    ) -> HTTPReply {
        if let refusal = refusal(request, caller, access) {
            if refusal.status == .unauthorized, TokenCredentials.isGiven(in: request) {
                web.failures.note(.token, request)
            }
            return .now(refusal)
        }
        // What is open decides nothing: a probe may have its own reasons for a query.
        if access != .open, let query, let problem = StrictRequest.queryProblem(request, query) {
            return .now(problem.response)
        }
        return next(Visit(request: request, caller: caller, rules: rules))
    }

    private func refusal(_ request: HTTPRequest, _ caller: Caller, _ access: RouteAccess) -> HTTPResponse? {
        switch access {
        case .open, .scraping: nil
        case .reading: rules.readingRefusal(request, caller)
        case .signingIn: rules.signingInRefusal(request, caller) ?? AccessGate.typeRefusal(request)
        case .changing: rules.changingRefusal(request, caller) ?? AccessGate.typeRefusal(request)
        case .signingInByForm: rules.signingInRefusal(request, caller) ?? AccessGate.formRefusal(request)
        case .changingByForm: rules.changingRefusal(request, caller) ?? AccessGate.formRefusal(request)
        }
    }

    /// No form of a web page can send this type, so a page elsewhere has to ask first, and is told no.
    private static func typeRefusal(_ request: HTTPRequest) -> HTTPResponse? {
        contentType(request) == "application/json"
            ? nil : .error(.unsupportedMediaType, "send Content-Type: application/json")
    }

    /// Any web page can send a form. A browser says from where, and what says nothing of it isn't let in; a wrong word was refused before.
    private static func formRefusal(_ request: HTTPRequest) -> HTTPResponse? {
        guard contentType(request) == "application/x-www-form-urlencoded" else {
            return .error(.unsupportedMediaType, "send Content-Type: application/x-www-form-urlencoded")
        }
        guard request.headers["Origin"] != nil || request.headers["Sec-Fetch-Site"] == "same-origin" else {
            return .error(
                .forbidden, "a form must say by Origin that it is one of this server's pages; programs use the API")
        }
        return nil
    }

    private static func contentType(_ request: HTTPRequest) -> ByteText? {
        request.headers["Content-Type"].map { field in
            let essence = field.utf8.prefix { $0 != UInt8(ascii: ";") }
            return ByteText(essence.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }).lowercasedASCII
        }
    }
}

extension HTTPResponse {
    /// What an error says.
    var detail: String {
        guard case .object(let fields) = try? JSONValue(parsing: bodyBytes), case .string(let text) = fields["detail"]
        else { return "" }
        return text
    }
}
