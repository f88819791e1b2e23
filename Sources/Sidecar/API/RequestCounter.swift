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

    package func snapshot() -> [Key: Int] { counts.withLock { $0 } }

    /// The middleware that counts every answer, refusals included.
    package var middleware: HTTPMiddleware {
        { request, next in
            let handler = request.route?.name ?? RequestCounter.otherHandler
            return next(request).map { response in
                self.counts.withLock { $0[Key(handler: handler, code: response.status.rawValue), default: 0] += 1 }
                return response
            }
        }
    }
}
