import HTTPServer
import Sweeping

/// Everything that the sidecar answers to over HTTP, put together from its parts.
package struct SidecarRouter: Sendable {
    let runs: RunRoutes
    let metrics: MetricsRoute
    let watch: DatabaseWatch
    let status: @Sendable () async -> StatusView
    /// Loads the configuration anew.
    let reload: @Sendable () async -> ReloadOutcome
    let counter: RequestCounter
    /// Says who sent a request.
    let gate: AccessGate

    package func router() -> Router {
        var router = Router(middlewares: [counter.middleware, SecurityHeaders.middleware, gate.middleware])
        router.get("/metrics", metrics.reply)
        router.get("/-/healthy") { _ in .now(.text("jobsweep is healthy.\n")) }
        router.get("/-/ready", ready)
        router.post("/-/reload", reloadConfiguration)
        router.get("/") { [status] _ in
            .later { .html(StatusPage(view: await status()).html, headers: ["Cache-Control": "no-store"]) }
        }
        router.get("/api/status") { [status] _ in .later { json(await status().json) } }
        router.get("/api/openapi.json") { _ in .now(.bodied(Assets.openAPI, type: "application/json")) }
        for asset in Assets.page {
            router.get(asset.path, name: "/assets") { _ in .now(.bodied(asset.body, type: asset.type)) }
        }
        runs.add(to: &router)
        return router
    }

    @Sendable private func ready(_ request: HTTPRequest) -> HTTPReply {
        watch.current.hasBeenUp
            ? .now(.text("jobsweep is ready.\n"))
            : .now(.error(.serviceUnavailable, watch.current.error ?? "the database hasn't been opened yet"))
    }

    @Sendable private func reloadConfiguration(_ request: HTTPRequest) -> HTTPReply {
        do {
            try RunBody.expectEmpty(request.body)
        } catch {
            return .now(error.response)
        }
        return .later { [reload] in await reload().response }
    }
}

/// What came of loading the configuration anew.
package enum ReloadOutcome: Sendable, Equatable {
    /// - Parameter needRestart: settings that changed in the file and hold only after a restart.
    case applied(needRestart: [String])
    /// The old configuration stays in force.
    case refused([String])

    var response: HTTPResponse {
        switch self {
        case .applied(let needRestart):
            return json([
                "success": true,
                "message": needRestart.isEmpty
                    ? "The configuration is in force" : "The configuration is in force, but for what needs a restart",
                "needs_restart": .array(needRestart.map(JSONValue.string)),
            ])
        case .refused(let problems):
            return .error(.unprocessableContent, problems.joined(separator: "\n"))
        }
    }
}

/// Headers that every answer carries.
enum SecurityHeaders {
    static let middleware: HTTPMiddleware = { request, next in
        next(request).map { response in
            var response = response
            response.headers["X-Content-Type-Options"] = "nosniff"
            response.headers["Content-Security-Policy"] = StatusPage.contentSecurityPolicy
            response.headers["Referrer-Policy"] = "no-referrer"
            return response
        }
    }
}

/// Lets a request through to its handler, or says why not.
package struct AccessGate: Sendable {
    /// Who sent the request, or the answer that turns it away.
    package typealias Identify = @Sendable (HTTPRequest) async -> Result<Caller, TurnedAway>

    /// The answer to somebody who hasn't shown who they are.
    package struct TurnedAway: Error, Sendable {
        package let response: HTTPResponse

        package init(response: HTTPResponse) {
            self.response = response
        }
    }

    /// Nil where the web configuration names no users: everybody is anonymous then.
    let identify: Identify?
    /// Always open: whoever watches a sidecar's health has no password.
    private static let open: Set<String> = ["/-/healthy", "/-/ready"]
    /// What changes something.
    private static let controlled: Set<String> = ["/api/jobs/run", "/api/jobs/{id}/cancel", "/-/reload"]

    package init(identify: Identify? = nil) {
        self.identify = identify
    }

    var middleware: HTTPMiddleware {
        { request, next in
            if let route = request.route?.template, AccessGate.open.contains(route) { return next(request) }
            guard let identify else { return AccessGate.pass(request, .anonymous, next) }
            return .later {
                switch await identify(request) {
                case .failure(let away): return away.response
                case .success(let caller): return await AccessGate.pass(request, caller, next).response()
                }
            }
        }
    }

    private static func pass(_ request: HTTPRequest, _ caller: Caller, _ next: HTTPHandler) -> HTTPReply {
        guard request.method == .post, let route = request.route?.template, controlled.contains(route),
            let refusal = AccessControl.refusal(of: request, from: caller)
        else { return next(request) }
        return .now(refusal)
    }
}

extension HTTPResponse {
    fileprivate static func bodied(_ body: SharedBody, type: String) -> HTTPResponse {
        HTTPResponse(status: .ok, headers: ["Content-Type": type, "Cache-Control": "no-cache"], body: .shared(body))
    }
}
