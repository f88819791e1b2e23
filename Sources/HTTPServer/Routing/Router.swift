/// Finds the handler for a request by path and method, and puts the middlewares around it.
///
/// HEAD is answered by the GET handler (the server leaves the body out), OPTIONS with the methods there are; 404, 405
/// with `Allow` go through the middlewares like every other answer, so that these see every request.
package struct Router: Sendable {
    private struct Entry: Sendable {
        let template: PathTemplate
        var route: HTTPRequest.Route
        /// With the middlewares around them.
        var handlers: [HTTPMethod: HTTPHandler]

        /// What `Allow` says.
        var allow: String {
            var methods = Set(handlers.keys)
            methods.insert(.options)
            if methods.contains(.get) { methods.insert(.head) }
            return HTTPMethod.known.filter(methods.contains).map(\.rawValue).joined(separator: ", ")
        }
    }

    private var entries: [Entry] = []
    /// Paths without places, by their text: most requests need no more than this.
    private var literals: [String: Int] = [:]
    private let middlewares: [HTTPMiddleware]

    /// - Parameter middlewares: the first is the outermost.
    package init(middlewares: [HTTPMiddleware] = []) {
        self.middlewares = middlewares
    }

    /// Adds a handler.
    ///
    /// - Parameters:
    ///   - template: a path whose segments in braces are parameters: `/api/jobs/{id}`. Where a plain path and one with
    ///     parameters both fit a request, the plain one is taken.
    ///   - name: what the route is called in `HTTPRequest.Route`; the template if nothing is given. The first name
    ///     given for a template stays.
    /// - Precondition: no handler for that template and method before.
    package mutating func on(
        _ method: HTTPMethod, _ template: String, name: String? = nil, _ handler: @escaping HTTPHandler
    ) {
        let handler = throughMiddlewares(handler)
        if let index = entries.firstIndex(where: { $0.template.text == template }) {
            precondition(entries[index].handlers[method] == nil, "\(method) \(template) is registered twice")
            entries[index].handlers[method] = handler
        } else {
            let parsed = PathTemplate(template)
            if parsed.isLiteral { literals[template] = entries.count }
            let route = HTTPRequest.Route(template: template, name: name ?? template)
            entries.append(Entry(template: parsed, route: route, handlers: [method: handler]))
        }
    }

    package mutating func get(_ template: String, name: String? = nil, _ handler: @escaping HTTPHandler) {
        on(.get, template, name: name, handler)
    }

    package mutating func post(_ template: String, name: String? = nil, _ handler: @escaping HTTPHandler) {
        on(.post, template, name: name, handler)
    }

    /// Every route, in the order in which it was added, with the methods that it has handlers for.
    package var routes: [(route: HTTPRequest.Route, methods: [HTTPMethod])] {
        entries.map { entry in (entry.route, HTTPMethod.known.filter { entry.handlers[$0] != nil }) }
    }
}

extension Router: HTTPResponder {
    package func reply(to request: HTTPRequest) -> HTTPReply {
        var request = request
        let index = locate(&request)
        if let index, let handler = handler(entries[index], request.method) { return handler(request) }
        return throughMiddlewares(refusal(index.map { entries[$0] }, request))(request)
    }

    package func reply(to request: HTTPRequest, turnedDown response: HTTPResponse) -> HTTPReply {
        var request = request
        _ = locate(&request)
        return throughMiddlewares { _ in .now(response) }(request)
    }

    private func throughMiddlewares(_ endpoint: @escaping HTTPHandler) -> HTTPHandler {
        middlewares.reversed().reduce(endpoint) { next, middleware in
            { middleware($0, next) }
        }
    }

    /// Finds the entry for the path, if any, and fills in the request's route and parameters.
    private func locate(_ request: inout HTTPRequest) -> Int? {
        if let index = literals[request.rawPath] {
            request.route = entries[index].route
            return index
        }
        guard let segments = PathTemplate.segments(ofRawPath: request.rawPath) else { return nil }
        var found: (index: Int, parameters: [String: String])?
        for (index, entry) in entries.enumerated() {
            guard let parameters = entry.template.match(segments) else { continue }
            // A literal can fit only here if the path was sent with needless escapes; it still wins.
            if parameters.isEmpty {
                found = (index, parameters)
                break
            }
            found = found ?? (index, parameters)
        }
        guard let found else { return nil }
        request.route = entries[found.index].route
        request.parameters = found.parameters
        return found.index
    }

    private func handler(_ entry: Entry, _ method: HTTPMethod) -> HTTPHandler? {
        entry.handlers[method] ?? (method == .head ? entry.handlers[.get] : nil)
    }

    /// The answer to a request that no handler is for.
    private func refusal(_ entry: Entry?, _ request: HTTPRequest) -> HTTPHandler {
        let method = request.method
        guard let entry else {
            if method == .options, request.rawPath == "*" {
                return { _ in .now(HTTPResponse(status: .noContent, headers: ["Allow": "GET, HEAD, POST, OPTIONS"])) }
            }
            return { request in .now(.error(.notFound, "there is nothing at \(request.path)")) }
        }
        let allow = entry.allow
        if method == .options {
            return { _ in .now(HTTPResponse(status: .noContent, headers: ["Allow": allow])) }
        }
        return { request in
            .now(
                .error(
                    .methodNotAllowed, "\(request.path) does not take \(method), only \(allow)",
                    headers: ["Allow": allow]))
        }
    }
}
