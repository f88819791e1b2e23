import Synchronization
import Testing

@testable import HTTPServer

/// Requests that the server turns down, over real sockets.
@Suite struct RefusalTests {
    /// One request on a connection of its own: the status, and the body.
    private func answer(_ request: [UInt8], at address: SocketAddress) throws -> (status: Int?, body: String) {
        let client = try RawClient(address)
        client.send(request)
        client.endSending()
        let reply = client.response()
        return (reply?.status, reply?.bodyText ?? "")
    }

    private func statusOf(_ request: [UInt8], at address: SocketAddress) throws -> Int? {
        try answer(request, at: address).status
    }

    @Test func requestsThatGoTooFarAreRefusedWithTheirStatus() async throws {
        let long = String(repeating: "a", count: 8192)
        let fields = (1...16).map { "X-\($0): \(String(repeating: "b", count: 1000))\r\n" }.joined()
        let table: [(request: String, status: Int, detail: String)] = [
            (get("/\(long)"), 414, "the request target is longer than 8192 bytes"),
            (get("/hello", fields), 431, "the request's headers are longer than 15360 bytes"),
            (get("/%zz"), 400, "the request target is not percent-encoded UTF-8"),
            (get("/%00"), 400, "the request target is not percent-encoded UTF-8"),
            (
                get("/a\u{0}b"), 400,
                "a line of the request has a control character in it (NUL, a carriage return or another)"
            ),
            ("GET /hello HTTP/1.1\r\n\r\n", 400, "a request needs one Host header"),
            (get("/hello", "Host: other\r\n"), 400, "a request needs one Host header"),
            (
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n", 413,
                "the request's body is longer than 65536 bytes"
            ),
            (
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na", 400,
                "a request has at most one Content-Length"
            ),
            (
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                400, "a chunked request has no Content-Length and is HTTP/1.1"
            ),
            (
                "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
                "a chunked request has no Content-Length and is HTTP/1.1"
            ),
            (
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501,
                "the only transfer encoding implemented is chunked"
            ),
            ("FOO /hello HTTP/1.1\r\nHost: a\r\n\r\n", 405, "/hello does not take FOO, only GET, HEAD, OPTIONS"),
            ("PUT /hello HTTP/1.1\r\nHost: a\r\n\r\n", 405, "/hello does not take PUT, only GET, HEAD, OPTIONS"),
            (get("/nothing"), 404, "there is nothing at /nothing"),
            ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", 404, "there is nothing at *"),
            ("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 404, "there is nothing at a:80"),
        ]
        try await withServer(.trial()) { _, address in
            for row in table {
                let (status, body) = try answer(Array(row.request.utf8), at: address)
                #expect(status == row.status, "\(row.request.prefix(40))")
                #expect(body == "{\"detail\": \"\(row.detail)\"}")
            }
            #expect(
                try answer(
                    Array("GET /".utf8) + [0xC3, 0x28] + Array(" HTTP/1.1\r\nHost: a\r\n\r\n".utf8), at: address
                ).status == 400)
        }
    }

    @Test func aBodyThatTurnsOutTooLongIsRefusedOnItsWay() async throws {
        try await withServer(.trial()) { _, address in
            let client = try RawClient(address)
            client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = Array("8000\r\n".utf8) + [UInt8](repeating: 1, count: 0x8000) + Array("\r\n".utf8)
            // The third chunk is past the limit; the end never comes.
            for _ in 1...3 { client.send(chunk) }
            let reply = try #require(client.response())
            #expect(
                reply.description == """
                    413
                    Content-Type: application/json
                    Content-Length: 59
                    Connection: close

                    {"detail": "the request's body is longer than 65536 bytes"}
                    """)
            #expect(client.everything() == [])
        }
    }

    @Test func aTooLongBodyIsRefusedBeforeItIsSent() async throws {
        try await withServer(.trial()) { _, address in
            let client = try RawClient(address)
            client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n")
            #expect(client.response()?.status == 413)
            #expect(client.everything() == [])
        }
    }

    @Test func theAnswerReachesAClientThatSendsTheWholeBodyFirst() async throws {
        try await withServer(.trial()) { _, address in
            for _ in 1...20 {
                let client = try RawClient(address)
                client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
                let isSent = (1...100).allSatisfy { _ in client.send([UInt8](repeating: 1, count: 10_000)) }
                #expect(isSent)
                #expect(client.response()?.status == 413)
            }
        }
    }

    @Test func refusalsGoThroughTheMiddlewares() async throws {
        let seen = Mutex<[String]>([])
        let middleware: HTTPMiddleware = { request, next in
            next(request).map { response in
                seen.withLock { $0.append("\(request.route?.name ?? "other") \(response.status)") }
                var response = response
                response.headers["X-Seen"] = "yes"
                return response
            }
        }
        try await withServer(.trial(middlewares: [middleware])) { _, address in
            for request in [
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n", "GET /hello HTTP/1.1\r\n\r\n",
                get("/%zz"),
            ] {
                let client = try RawClient(address)
                client.send(request)
                #expect(client.response()?.headers["X-Seen"] == "yes")
            }
        }
        #expect(seen.withLock { $0 } == ["/echo 413", "/hello 400", "other 400"])
    }

    @Test func aHeaderThatCannotBeSentIsLeftOutAndReported() async throws {
        var router = Router()
        router.get("/split") { _ in .now(.text("x", headers: ["X-Evil": "a\r\nSet-Cookie: b", "X-Good": "c"])) }
        let events = Mutex<[HTTPServerEvent]>([])
        try await withServer(router, change: { $0.log = { event in events.withLock { $0.append(event) } } }) {
            _, address in
            let client = try RawClient(address)
            client.send(get("/split"))
            #expect(
                client.response()?.description
                    == "200\nX-Good: c\nContent-Type: text/plain; charset=utf-8\nContent-Length: 1\n\nx")
        }
        #expect(events.withLock { $0 } == [.headerRefused(name: "X-Evil")])
    }
}
