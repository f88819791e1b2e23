import HTTPServer
import Synchronization

/// Counts answers by route and status code. Both come from closed sets: paths that have no route are `other`.
package final class RequestCounter: Sendable {
    package struct Key: Hashable, Sendable {
        package var handler: String
        package var code: Int
    }

    static let otherHandler = "other"
    private let counts = Mutex<[Key: Int]>([:])

    package init() {}

    /// Makes the series of the answers that are meant to be given, at 0: a first one is seen as an increase.
    func expect(_ routes: [(route: HTTPRequest.Route, methods: [HTTPMethod])]) {
        counts.withLock { counts in
            for route in routes {
                let code: HTTPStatus = route.route.name == "/api/jobs/run" ? .accepted : .ok
                counts[Key(handler: route.route.name, code: code.rawValue), default: 0] += 0
            }
            counts[Key(handler: RequestCounter.otherHandler, code: HTTPStatus.notFound.rawValue), default: 0] += 0
        }
    }

    package func snapshot() -> [Key: Int] { counts.withLock { $0 } }

    /// The middleware that counts every answer, refusals included.
    package var middleware: HTTPMiddleware {
        { request, next in
            let handler = request.route?.name ?? RequestCounter.otherHandler
            return next(request).map { response in
                self.count(handler, response.status)
                return response
            }
        }
    }

    private func count(_ handler: String, _ status: HTTPStatus) {
        counts.withLock { $0[Key(handler: handler, code: status.rawValue), default: 0] += 1 }
    }
}
