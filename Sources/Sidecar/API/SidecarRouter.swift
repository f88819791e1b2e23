import HTTPServer
import Sweeping

/// Everything that the sidecar answers to over HTTP, put together from its parts.
package struct SidecarRouter: Sendable {
    let runs: RunRoutes
    let metrics: MetricsRoute
    let watch: DatabaseWatch
    let health: Health
    let status: @Sendable () async -> StatusView
    /// Loads the configuration anew.
    let reload: @Sendable () async -> ReloadOutcome
    let counter: RequestCounter
    /// Who may do what.
    let access: WebAccess

    package func router() -> Router {
        let gate = AccessGate(access: access)
        var router = Router(middlewares: [counter.middleware, SecurityHeaders.middleware(access), gate.middleware])
        router.get("/metrics", metrics.reply)
        router.get("/-/healthy") { [health] _ in
            .now(health.problem.map { .error(.serviceUnavailable, $0) } ?? .text("jobsweep is healthy.\n"))
        }
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
        counter.expect(router.routes)
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

extension HTTPResponse {
    fileprivate static func bodied(_ body: SharedBody, type: String) -> HTTPResponse {
        HTTPResponse(status: .ok, headers: ["Content-Type": type, "Cache-Control": "no-cache"], body: .shared(body))
    }
}
