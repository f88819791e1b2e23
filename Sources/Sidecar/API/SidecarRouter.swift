import HTTPServer
import Sweeping

/// Everything that the sidecar answers to over HTTP, put together from its parts.
package struct SidecarRouter: Sendable {
    let runs: RunRoutes
    let archives: ArchiveRoutes
    let approvals: ApprovalRoutes
    let pages: PageRoutes
    let forms: PageForms
    let metrics: MetricsRoute
    let watch: DatabaseWatch
    let health: Health
    let status: @Sendable () async -> StatusView
    /// Every operation of the configuration in force.
    let operations: @Sendable () -> [OperationFacts]
    /// Loads the configuration anew.
    let reload: @Sendable () async -> ReloadOutcome
    let counter: RequestCounter
    /// Who may do what.
    let gate: AccessGate
    /// What every path begins with.
    let prefix: RoutePrefix

    func router() -> Router {
        let router = routes().router(
            below: prefix, gate, around: [counter.middleware, SecurityHeaders.middleware(gate.web)])
        counter.expect(router.routes)
        return router
    }

    func routes() -> GuardedRoutes {
        var routes = GuardedRoutes()
        routes.get("/metrics", .scraping, query: MetricsRoute.parameters) { [metrics] in metrics.reply($0.request) }
        // Under Prometheus' names, and under those that Kubernetes' users look for.
        for path in ["/-/healthy", "/healthz", "/livez"] {
            routes.get(path, .open) { [health] _ in
                .now(health.problem.map { .error(.serviceUnavailable, $0) } ?? .text("jobsweep is healthy.\n"))
            }
        }
        for path in ["/-/ready", "/readyz"] { routes.get(path, .open, ready) }
        routes.post("/-/reload", .changing, reloadConfiguration)
        pages.add(to: &routes)
        forms.add(to: &routes)
        routes.get("/api/status", .reading) { [status] _ in .later { json(await status().json) } }
        routes.get("/api/openapi.json", .reading) { [operations] _ in
            .now(.bodied(OpenAPIText.body(operations()), type: "application/json"))
        }
        for asset in Assets.page {
            routes.get(asset.path, .reading, name: "/assets") { _ in .now(.bodied(asset.body, type: asset.type)) }
        }
        runs.add(to: &routes)
        approvals.add(to: &routes)
        archives.add(to: &routes)
        TokenSession(gate: gate, prefix: prefix, base: pages.base).add(to: &routes)
        return routes
    }

    @Sendable private func ready(_ visit: Visit) -> HTTPReply {
        watch.current.hasBeenUp
            ? .now(.text("jobsweep is ready.\n"))
            : .now(.error(.serviceUnavailable, watch.current.error ?? "the database hasn't been opened yet"))
    }

    @Sendable private func reloadConfiguration(_ visit: Visit) -> HTTPReply {
        .later { [reload] in
            do throws(RequestProblem) {
                try RunBody.expectEmpty(visit.request.body)
            } catch {
                return error.response
            }
            return await reload().response
        }
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
