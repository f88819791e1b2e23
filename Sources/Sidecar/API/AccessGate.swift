import HTTPServer

/// Lets a request through to its handler, or says why not.
package struct AccessGate: Sendable {
    /// The answer to somebody who hasn't shown who they are.
    package struct TurnedAway: Error, Sendable {
        package let response: HTTPResponse

        package init(response: HTTPResponse) {
            self.response = response
        }
    }

    /// Always open: whoever watches a sidecar's health has no password.
    private static let open: Set<String> = ["/-/healthy", "/-/ready"]
    /// What changes something.
    private static let controlled: Set<String> = ["/api/jobs/run", "/api/jobs/{id}/cancel", "/-/reload"]

    let access: WebAccess

    var middleware: HTTPMiddleware {
        { [access] request, next in
            if let route = request.route?.template, AccessGate.open.contains(route) { return next(request) }
            let generation = access.generation
            guard access.current.knowsUsers else {
                // Who may pass unseen now may not when there are users.
                return AccessGate.pass(request, .anonymous, next).map(holds: { access.generation == generation }) { $0 }
            }
            return .later {
                switch await access.identify(request) {
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
