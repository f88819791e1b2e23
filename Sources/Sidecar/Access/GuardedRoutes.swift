import HTTPServer

/// The routes of the server, each with who may use it and what its query may say. It is the only way to a router here, so that no route
/// is without.
struct GuardedRoutes: Sendable {
    private struct Route: Sendable {
        let method: HTTPMethod
        let path: String
        /// What it is called in metrics.
        let name: String
        let access: RouteAccess
        let query: [QueryParameter]
        let handler: VisitHandler
    }

    private struct Key: Hashable {
        let method: HTTPMethod
        let template: String
    }

    private var routes: [Route] = []

    mutating func on(
        _ method: HTTPMethod, _ path: String, _ access: RouteAccess, name: String? = nil, query: [QueryParameter] = [],
        _ handler: @escaping VisitHandler
    ) {
        routes.append(
            Route(method: method, path: path, name: name ?? path, access: access, query: query, handler: handler))
    }

    mutating func get(
        _ path: String, _ access: RouteAccess, name: String? = nil, query: [QueryParameter] = [],
        _ handler: @escaping VisitHandler
    ) {
        on(.get, path, access, name: name, query: query, handler)
    }

    mutating func post(_ path: String, _ access: RouteAccess, _ handler: @escaping VisitHandler) {
        on(.post, path, access, handler)
    }

    /// A form of the page's own, which scripts and programs have no need of.
    mutating func form(_ path: String, _ access: RouteAccess = .changingByForm, _ handler: @escaping VisitHandler) {
        on(.post, path, access, name: "/", handler)
    }

    /// Every declared method and path with its class.
    var declared: [(method: HTTPMethod, path: String, access: RouteAccess)] {
        routes.map { ($0.method, $0.path, $0.access) }
    }

    /// - Parameter around: what every answer goes through, refusals too; the first is the outermost.
    func router(below prefix: RoutePrefix, _ gate: AccessGate, around middlewares: [HTTPMiddleware]) -> Router {
        let guarded = Set(routes.map { Key(method: $0.method, template: prefix.path + $0.path) })
        // What no route answers (another path, another method) is closed too; the server's own refusals are no secret.
        let rest: HTTPMiddleware = { request, next in
            if request.wasTurnedDown { return next(request) }
            let method = request.method == .head ? .get : request.method
            if let route = request.route, guarded.contains(Key(method: method, template: route.template)) {
                return next(request)
            }
            return gate.admit(request, to: .reading, query: nil) { next($0.request) }
        }
        var router = Router(middlewares: middlewares + [rest])
        for route in routes {
            router.on(route.method, prefix.path + route.path, name: route.name) { request in
                gate.admit(request, to: route.access, query: route.query, route.handler)
            }
        }
        if prefix != .none {
            // As Prometheus does it. Relative, because a proxy in front may know this server by another path.
            redirect(from: "/", to: String(prefix.path.dropFirst()) + "/", in: &router, gate)
            redirect(from: prefix.path, to: prefix.lastSegment + "/", in: &router, gate)
        }
        return router
    }

    private func redirect(from path: String, to place: String, in router: inout Router, _ gate: AccessGate) {
        router.on(.get, path, name: "/") { request in
            gate.admit(request, to: .reading, query: []) { _ in
                .now(HTTPResponse(status: HTTPStatus(rawValue: 302), headers: ["Location": place]))
            }
        }
    }
}
