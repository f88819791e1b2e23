import Testing

@testable import HTTPServer

/// Requests over real sockets.
@Suite struct LiveTests {
    @Test func aResponseIsWhole() async throws {
        try await withServer(.trial()) { _, address in
            let client = try RawClient(address)
            client.send(get("/hello"))
            let reply = try #require(client.response())
            #expect(reply.headers["Date"] != nil)
            #expect(reply.description == "200\nContent-Type: text/plain; charset=utf-8\nContent-Length: 6\n\nhello\n")
        }
    }

    @Test func headHasTheHeadersOfGetAndNoBody() async throws {
        try await withServer(.trial()) { _, address in
            let client = try RawClient(address)
            client.send("HEAD /hello HTTP/1.1\r\nHost: test\r\n\r\n")
            let reply = try #require(client.response(toHead: true))
            #expect(reply.description == "200\nContent-Type: text/plain; charset=utf-8\nContent-Length: 6\n\n")
            // Nothing of a body is left on the connection.
            client.send(get("/jobs/1"))
            #expect(client.response()?.bodyText == "1 \n")
        }
    }

    @Test func requestsMayFollowEachOtherWithoutWaiting() async throws {
        try await withServer(.trial()) { _, address in
            let client = try RawClient(address)
            client.send((1...50).map { get("/jobs/\($0)") }.joined())
            for number in 1...50 { #expect(client.response()?.bodyText == "\(number) \n") }
        }
    }

    @Test func bodiesComeWholeOrInChunks() async throws {
        try await withServer(.trial()) { _, address in
            let client = try RawClient(address)
            client.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nab")
            client.send("cde")
            #expect(client.response()?.bodyText == "abcde")
            client.send(
                "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n")
            client.send("0\r\nTrailer: x\r\n\r\n")
            #expect(client.response()?.bodyText == "abcde")
            let most = [UInt8](repeating: 7, count: 64 * 1024)
            client.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 65536\r\n\r\n")
            client.send(most)
            #expect(client.response()?.body == most)
        }
    }

    @Test func expectContinueIsAnswered() async throws {
        try await withServer(.trial()) { _, address in
            let client = try RawClient(address)
            client.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
            #expect(client.response()?.status == 100)
            client.send("abc")
            #expect(client.response()?.bodyText == "abc")
        }
    }

    @Test func http10ClosesUnlessAskedNotTo() async throws {
        try await withServer(.trial()) { _, address in
            let client = try RawClient(address)
            client.send("GET /hello HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")
            #expect(client.response()?.bodyText == "hello\n")
            client.send("GET /hello HTTP/1.0\r\n\r\n")
            #expect(client.response()?.bodyText == "hello\n")
            #expect(client.everything() == [])
        }
    }
}
