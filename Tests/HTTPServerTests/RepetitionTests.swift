import Synchronization
import Testing

@testable import HTTPServer

/// Requests that come again on their connection.
@Suite struct RepetitionTests {
    /// What handlers and middlewares saw.
    private final class Record: Sendable {
        struct Counts: Equatable {
            /// Calls of the handler.
            var asked = 0
            /// Bodies that were made, with the handler and without.
            var bodies = 0
            /// Responses and repetitions that the middleware saw.
            var answers = 0
        }

        let counts = Mutex(Counts())
        let holds = Atomic(true)

        var current: Counts { counts.withLock { $0 } }

        func body() -> SharedBody {
            SharedBody("body \(counts.withLock { counts in counts.bodies += 1; return counts.bodies })")
        }

        /// `/again` may be repeated, with a header of the middleware's; `/plain` may be too, but for a middleware that sees to it that
        /// it isn't.
        func router(isUnaware: Bool = false) -> Router {
            let middleware: HTTPMiddleware = { request, next in
                let change: @Sendable (HTTPResponse) -> HTTPResponse = { response in
                    self.counts.withLock { $0.answers += 1 }
                    var response = response
                    response.headers["X-Added"] = "yes"
                    return response
                }
                guard !isUnaware else { return next(request).map(change) }
                return next(request).map(
                    holds: { self.holds.load(ordering: .relaxed) },
                    given: { status in self.counts.withLock { $0.answers += status == .ok ? 1 : 100 } }, change)
            }
            var router = Router(middlewares: [middleware])
            let handler: HTTPHandler = { request in
                self.counts.withLock { $0.asked += 1 }
                let headers: HTTPHeaders = [
                    "Content-Type": "text/plain", "X-Agent": request.headers["User-Agent"] ?? "-",
                ]
                return .repeatable(
                    HTTPResponse(status: .ok, headers: headers, body: .shared(self.body())),
                    Repetition { self.body() })
            }
            router.get("/again", handler)
            router.post("/again", handler)
            return router
        }
    }

    private static let request = "GET /again HTTP/1.1\r\nHost: test\r\n\r\n"

    @Test func theHandlerIsAskedOnceAndTheBodyIsNew() async throws {
        let record = Record()
        try await withServer(record.router()) { _, address in
            let client = try RawClient(address)
            for number in 1...5 {
                client.send(Self.request)
                let reply = try #require(client.response())
                #expect(reply.status == 200 && reply.bodyText == "body \(number)")
                #expect(reply.headers["X-Added"] == "yes" && reply.headers["X-Agent"] == "-")
            }
        }
        #expect(record.current == .init(asked: 1, bodies: 5, answers: 5))
    }

    @Test func pipelinedRepetitionsAreAllAnswered() async throws {
        let record = Record()
        try await withServer(record.router()) { _, address in
            let client = try RawClient(address)
            client.send(String(repeating: Self.request, count: 40))
            for number in 1...40 { #expect(client.response()?.bodyText == "body \(number)") }
        }
        #expect(record.current == .init(asked: 1, bodies: 40, answers: 40))
    }

    @Test(arguments: [
        "GET /again HTTP/1.1\r\nHost: test\r\nUser-Agent: other\r\n\r\n", "GET /again HTTP/1.1\r\nHost: tesT\r\n\r\n",
        "GET /again?x HTTP/1.1\r\nHost: test\r\n\r\n", "HEAD /again HTTP/1.1\r\nHost: test\r\n\r\n",
        "GET /again HTTP/1.1\r\nHost: test\r\nAccept-Encoding: gzip\r\n\r\n",
        "POST /again HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\nab",
    ])
    func anotherRequestIsAskedFor(_ other: String) async throws {
        let record = Record()
        try await withServer(record.router()) { _, address in
            let client = try RawClient(address)
            for round in 1...2 {
                for (asked, request) in [(2 * round - 1, Self.request), (2 * round, other)] {
                    client.send(request)
                    let reply = try #require(client.response(toHead: request.hasPrefix("HEAD")))
                    #expect(reply.status == 200 && record.current.asked == asked)
                }
            }
        }
        #expect(record.current == .init(asked: 4, bodies: 4, answers: 4))
    }

    @Test func aRequestWithABodyIsNeverRepeated() async throws {
        let record = Record()
        try await withServer(record.router()) { _, address in
            let client = try RawClient(address)
            for _ in 1...3 {
                client.send("POST /again HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\nab")
                #expect(client.response()?.status == 200)
            }
        }
        #expect(record.current.asked == 3)
    }

    @Test func whatNoLongerHoldsIsAskedForAgain() async throws {
        let record = Record()
        try await withServer(record.router()) { _, address in
            let client = try RawClient(address)
            for number in 1...6 {
                record.holds.store(number != 3 && number != 4, ordering: .relaxed)
                client.send(Self.request)
                #expect(client.response()?.bodyText == "body \(number)")
            }
        }
        #expect(record.current == .init(asked: 3, bodies: 6, answers: 6))
    }

    @Test func whoSaysNothingOfRepetitionsSeesEveryResponse() async throws {
        let record = Record()
        try await withServer(record.router(isUnaware: true)) { _, address in
            let client = try RawClient(address)
            for _ in 1...3 {
                client.send(Self.request)
                #expect(client.response()?.headers["X-Added"] == "yes")
            }
        }
        #expect(record.current == .init(asked: 3, bodies: 3, answers: 3))
    }

    @Test func eachConnectionAsksForItself() async throws {
        let record = Record()
        try await withServer(record.router()) { _, address in
            for _ in 1...3 {
                let client = try RawClient(address)
                client.send(Self.request + Self.request)
                #expect(client.response()?.status == 200)
                #expect(client.response()?.status == 200)
            }
        }
        #expect(record.current == .init(asked: 3, bodies: 6, answers: 6))
    }
}
