import TestTools
import Testing

@testable import HTTPServer

/// Bytes that two readers might understand differently, over real sockets: one answer, in JSON, and the end of the connection.
@Suite(.timeLimit(.minutes(10))) struct FramingTests {
    private static let post = "POST /echo HTTP/1.1\r\nHost: a\r\n"
    /// What a smuggler would have run as a request of its own.
    private static let inner = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

    static let refused: [(request: String, status: Int, detail: String)] = [
        (
            "\(post)Content-Length : 31\r\n\r\n\(inner)", 400,
            "a header line is not a name and a colon right behind it: 'Content-Length '"
        ),
        (
            "\(post)Transfer-Encoding : chunked\r\n\r\n\(inner)", 400,
            "a header line is not a name and a colon right behind it: 'Transfer-Encoding '"
        ),
        (
            "\(post)Content-Length\t: 31\r\n\r\n\(inner)", 400,
            "a header line is not a name and a colon right behind it: 'Content-Length\\t'"
        ),
        (
            "\(post) Content-Length: 31\r\n\r\n\(inner)", 400,
            "a header goes on in a line of its own, which is no longer allowed"
        ),
        (
            "\(post)X: a\r\n\tb\r\nContent-Length: 0\r\n\r\n", 400,
            "a header goes on in a line of its own, which is no longer allowed"
        ),
        ("GET /hello HTTP/1.1\r\nHost: a\0b\r\n\r\n", 400, "a line of the request has a control"),
        ("GET /hello HTTP/1.1\r\nHost: a\0\r\n\r\n", 400, "a line of the request has a control"),
        ("\(post)Transfer-Encoding: chunked\0\r\n\r\n0\r\n\r\n", 400, "a line of the request has a control"),
        ("\(post)Content-Type: a/b\0\r\nContent-Length: 0\r\n\r\n", 400, "a line of the request has a control"),
        ("\(post)\0Transfer-Encoding: chunked\r\n\r\n\(inner)", 400, "a line of the request has a control"),
        ("\0GET /hello HTTP/1.1\r\nHost: a\r\n\r\n", 400, "a line of the request has a control"),
        ("\(post)X: a\rContent-Length: 31\r\n\r\n\(inner)", 400, "a line of the request has a control"),
        ("GET /hello HTTP/1.1\nHost: a\n\n", 400, "a line of the request ends with a line feed alone"),
        ("\(post)X: a\nContent-Length: 31\r\n\r\n\(inner)", 400, "a line of the request ends with a line feed alone"),
        ("\(post)X: a\0\nContent-Length: 31\r\n\r\n\(inner)", 400, "a line of the request ends with a line feed alone"),
        ("\(post)Content-Length: five\r\n\r\n", 400, "Content-Length is not a number of bytes"),
        ("\(post)Content-Length: -1\r\n\r\n", 400, "Content-Length is not a number of bytes"),
        ("\(post)Content-Length: +1\r\n\r\na", 400, "Content-Length is not a number of bytes"),
        ("\(post)Content-Length: 0x1\r\n\r\na", 400, "Content-Length is not a number of bytes"),
        ("\(post)Content-Length: 1, 1\r\n\r\na", 400, "Content-Length is not a number of bytes"),
        ("\(post)Content-Length:\r\n\r\n", 400, "Content-Length is not a number of bytes"),
        ("\(post)Content-Length: 1 \r\n\r\na", 400, "Content-Length ends with a space"),
        ("\(post)Content-Length: 99999999999999999999\r\n\r\n", 413, "the request's body is longer than 65536 bytes"),
        ("\(post)Content-Length: 1\r\nContent-Length: 1\r\n\r\na", 400, "a request has at most one Content-Length"),
        (
            "\(post)Content-Length: 1\r\ncontent-length: 31\r\n\r\n\(inner)", 400,
            "a request has at most one Content-Length"
        ),
        (
            "\(post)Content-Length: 31\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
            "a chunked request has no Content-Length and is HTTP/1.1"
        ),
        (
            "\(post)Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501,
            "the only transfer encoding implemented is chunked"
        ),
        (
            "\(post)Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n", 501,
            "the only transfer encoding implemented is chunked"
        ),
        ("\(post)Transfer-Encoding: chunked \r\n\r\n0\r\n\r\n", 400, "Transfer-Encoding ends with a space"),
        (
            "\(post)Content-Type: text/plain\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n", 400,
            "a request has at most one Content-Type header"
        ),
        (
            "\(post)Origin: http://a\r\nOrigin: http://b\r\nContent-Length: 0\r\n\r\n", 400,
            "a request has at most one Origin header"
        ),
        (
            "\(post)Authorization: Basic YQ==\r\nAuthorization: Basic Yg==\r\nContent-Length: 0\r\n\r\n", 400,
            "a request has at most one Authorization header"
        ),
        (
            "\(post)Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site\r\nContent-Length: 0\r\n\r\n", 400,
            "a request has at most one Sec-Fetch-Site header"
        ),
        ("GET /hello HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, "a request needs one Host header"),
        ("GET /hello HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400, "a request needs one Host header"),
        ("GET /hello HTTP/1.1\r\n\r\n", 400, "a request needs one Host header"),
        ("GET /hello HTTP/1.1\r\nHost: a, b\r\n\r\n", 400, "the Host header is not a name and a port"),
        ("GET /hello HTTP/1.1\r\nHost: me@a\r\n\r\n", 400, "the Host header is not a name and a port"),
        (
            "GET HTTP://other/hello HTTP/1.1\r\nHost: a\r\n\r\n", 400,
            "the request target names another host than the Host header"
        ),
        (
            "GET http://me@a/hello HTTP/1.1\r\nHost: a\r\n\r\n", 400,
            "the request target names another host than the Host header"
        ),
        ("GET /hello HTTP/9.9\r\nHost: a\r\n\r\n", 505, "this server speaks HTTP/1.1 and HTTP/1.0 alone"),
        ("GET /hello HTTP/0.9\r\nHost: a\r\n\r\n", 505, "this server speaks HTTP/1.1 and HTTP/1.0 alone"),
        ("GET /hello http/1.1\r\nHost: a\r\n\r\n", 400, "the request line doesn't end with a version such as HTTP/1.1"),
        ("GET /hello HTTP/1.1 \r\nHost: a\r\n\r\n", 400, "the request line is not a method"),
        ("GET  /hello HTTP/1.1\r\nHost: a\r\n\r\n", 400, "the request line is not a method"),
        ("GET /hel lo HTTP/1.1\r\nHost: a\r\n\r\n", 400, "the request line is not a method"),
        ("GET /hello\r\n\r\n", 400, "the request line is not a method"),
        ("GET\r\n\r\n", 400, "the request line is not a method"),
        ("G\u{E4}T /hello HTTP/1.1\r\nHost: a\r\n\r\n", 400, "the request line is not a method"),
        (
            "\(String(repeating: "A", count: 33)) / HTTP/1.1\r\nHost: a\r\n\r\n", 501,
            "there is no method with so long a name"
        ),
        (
            "GET /hello HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400,
            "a header line is not a name and a colon right behind it: 'no colon'"
        ),
        (
            "GET /hello HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400,
            "a header line is not a name and a colon right behind it: ''"
        ),
        (
            "\(post)Expect: 200-ok\r\nContent-Length: 0\r\n\r\n", 417,
            "the only expectation that can be met is 100-continue"
        ),
        ("\(post)Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400, "the size of a chunk is not a hexadecimal number"),
        ("\(post)Transfer-Encoding: chunked\r\n\r\nx", 400, "the size of a chunk is not a hexadecimal number"),
        ("\(post)Transfer-Encoding: chunked\r\n\r\n-0\r\n\r\n", 400, "the size of a chunk is not a hexadecimal number"),
        ("\(post)Transfer-Encoding: chunked\r\n\r\n1\nab", 400, "a line of the request ends with a line feed alone"),
        (
            "\(post)Transfer-Encoding: chunked\r\n\r\n1\r\nabc", 400,
            "a chunk of the body doesn't end where its size says"
        ),
        (
            "\(post)Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n", 413,
            "the request's body is longer than 65536 bytes"
        ),
        (
            "\(post)Transfer-Encoding: chunked\r\n\r\n0\r\nContent Length: 1\r\n\r\n", 400,
            "a header line is not a name and a colon right behind it: 'Content Length'"
        ),
        ("GET /\(String(repeating: "a", count: 70_000))", 414, "the request target is longer than 8192 bytes"),
        (
            "GET /hello HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 70_000))", 431,
            "the request's headers are longer than 15360 bytes"
        ),
        (
            "GET /hello HTTP/1.1\r\nHost: a\r\n\(String(repeating: "A: b\r\n", count: 100))\r\n", 431,
            "the request has more than 100 headers"
        ),
        (
            "GET /hello?\(String(repeating: "a&", count: 3000)) HTTP/1.1\r\nHost: a\r\n\r\n", 400,
            "the query has more than 100 parameters"
        ),
        (
            "GET /hello HTTP/1.1\r\nHost: a\r\nCookie: \(String(repeating: "a;", count: 1500))\r\n\r\n", 431,
            "the Cookie header is longer"
        ),
    ]

    @Test func whatIsInDoubtIsRefusedOnceAndEndsTheConnection() async throws {
        try await withServer(.trial()) { _, address in
            for row in Self.refused {
                // At once; in two pieces; behind a request that is answered.
                for way in 0..<3 {
                    let client = try RawClient(address)
                    let bytes = Array(row.request.utf8)
                    switch way {
                    case 0: client.send(bytes)
                    case 1:
                        client.send(Array(bytes.prefix(bytes.count / 2)))
                        client.send(Array(bytes.dropFirst(bytes.count / 2)))
                    default:
                        client.send(Array(Self.inner.utf8) + bytes)
                        #expect(client.response()?.bodyText == "hello\n")
                    }
                    let reply = client.response()
                    #expect(reply?.status == row.status, "\(row.request.prefix(120))")
                    #expect(reply?.headers["Content-Type"] == "application/json")
                    #expect(
                        reply?.bodyText.hasPrefix("{\"detail\": \"\(row.detail)") == true,
                        "\(reply?.bodyText ?? "nothing")")
                    #expect(client.everything() == [], "\(row.request.prefix(120))")
                }
            }
            let client = try RawClient(address)
            client.send(Self.inner)
            #expect(client.response()?.status == 200)
        }
    }

    @Test func theSameHoldsUnderTLS() async throws {
        let certificates = try TestCertificates.shared.get()
        try await withServer(.trial(), change: { $0.tls = certificates.settings() }) { _, address in
            for row in Self.refused where row.request.utf8.count < 500 {
                let client = try RunningTool(
                    ["openssl", "s_client", "-connect", "127.0.0.1:\(address.port)", "-quiet", "-no_ign_eof"],
                    in: certificates.directory)
                client.write(row.request)
                let reply = client.output(through: "\"}") ?? ""
                #expect(reply.hasPrefix("HTTP/1.1 \(row.status) "), "\(row.request.prefix(120))")
                #expect(reply.contains("\r\n\r\n{\"detail\": \"\(row.detail)"))
                _ = client.finish()
            }
        }
    }

    @Test func whatIsSoundIsTakenHoweverItComes() async throws {
        let sound: [(request: String, body: String)] = [
            (Self.inner, "hello\n"), ("GET /hello HTTP/1.1\r\nHOST:a\r\n\r\n", "hello\n"),
            ("GET /hello HTTP/1.2\r\nHost: \t a:80 \t\r\n\r\n", "hello\n"), ("\r\n\r\n" + Self.inner, "hello\n"),
            ("GET HTTP://A:1/hello HTTP/1.1\r\nHost: a:1\r\n\r\n", "hello\n"),
            ("GET https://a/jobs/7?x=1 HTTP/1.1\r\nHost: a\r\n\r\n", "7 x=1\n"),
            ("\(Self.post)Content-Length: 3\r\n\r\nabc", "abc"), ("\(Self.post)Content-Length: 003\r\n\r\nabc", "abc"),
            ("\(Self.post)Transfer-Encoding: Chunked\r\n\r\n1\r\na\r\n2;x=y\r\nbc\r\n0\r\nT: r\r\n\r\n", "abc"),
            ("\(Self.post)Content-Length: 00\r\n\r\n", ""),
        ]
        try await withServer(.trial()) { _, address in
            // All on one connection: every request in one piece, the whole in one piece, and byte by byte.
            let whole = sound.map(\.request).joined()
            let pieces = [sound.map { Array($0.request.utf8) }, [Array(whole.utf8)], whole.utf8.map { [$0] }]
            for pieces in pieces {
                let client = try RawClient(address)
                for piece in pieces { client.send(piece) }
                for row in sound { #expect(client.response()?.bodyText == row.body, "\(row.request)") }
            }
        }
    }

    @Test func anAbsoluteTargetNamesTheHostWhereNoHeaderDoes() async throws {
        var router = Router()
        router.get("/host") { .now(.text($0.headers["Host"] ?? "-")) }
        try await withServer(router) { _, address in
            let client = try RawClient(address)
            client.send("GET HTTP://evil:80/host HTTP/1.0\r\n\r\n")
            #expect(client.response()?.bodyText == "evil:80")
        }
    }

    @Test(arguments: ["HTTP/1.1\r\nHost: a\r\nConnection: x, Close", "HTTP/1.0"])
    func whatFollowsTheLastRequestIsNotRead(rest: String) async throws {
        try await withServer(.trial()) { _, address in
            let client = try RawClient(address)
            client.send("GET /hello \(rest)\r\n\r\nG\0T /hello\n\(Self.inner)")
            #expect(client.response()?.bodyText == "hello\n")
            #expect(client.everything() == [])
        }
    }

    @Test func aRefusedHeadRequestHasNoBody() async throws {
        try await withServer(.trial()) { _, address in
            let client = try RawClient(address)
            client.send("HEAD /hello HTTP/1.1\r\n\r\n")
            let reply = client.response(toHead: true)
            #expect(reply?.status == 400)
            #expect(reply?.headers["Content-Length"] == "45")
            #expect(client.everything() == [])
        }
    }
}
