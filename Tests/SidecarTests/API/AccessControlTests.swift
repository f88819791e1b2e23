import HTTPServer
import Testing

@testable import Sidecar

@Suite("Who may change something")
struct AccessControlTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var caller = Caller.anonymous
        var isLoopback = true
        var headers: HTTPHeaders = ["Host": "localhost:9745", "Content-Type": "application/json"]
        /// Nil: it may.
        var status: HTTPStatus?

        var testDescription: String { name }
    }

    private static func with(_ changes: (String, String?)...) -> HTTPHeaders {
        var headers: HTTPHeaders = ["Host": "localhost:9745", "Content-Type": "application/json"]
        for (name, value) in changes { headers[name] = value }
        return headers
    }

    static let cases: [Case] = [
        Case(name: "a command line on loopback"),
        Case(name: "by address", headers: with(("Host", "127.0.0.1:9745"))),
        Case(name: "by any loopback address", headers: with(("Host", "127.8.9.1"))),
        Case(name: "over IPv6", headers: with(("Host", "[::1]:9745"))),
        Case(name: "through a tunnel on another port", headers: with(("Host", "LOCALHOST:8080"))),
        Case(
            name: "our own page", headers: with(("Origin", "http://localhost:9745"), ("Sec-Fetch-Site", "same-origin"))),
        Case(name: "typed into the address bar", headers: with(("Sec-Fetch-Site", "none"))),
        Case(name: "with a charset", headers: with(("Content-Type", "Application/JSON; charset=utf-8"))),
        Case(name: "no Host", headers: with(("Host", nil)), status: .forbidden),
        Case(name: "a rebound name", headers: with(("Host", "evil.example:9745")), status: .forbidden),
        Case(
            name: "a name that begins like ours", headers: with(("Host", "localhost.evil.example")), status: .forbidden),
        Case(
            name: "a name that begins like an address", headers: with(("Host", "127.0.0.1.evil.example")),
            status: .forbidden),
        Case(name: "no address", headers: with(("Host", "127.0.0.256")), status: .forbidden),
        Case(name: "another machine's address", headers: with(("Host", "192.0.2.7")), status: .forbidden),
        Case(name: "a broken Host", headers: with(("Host", "localhost:port")), status: .forbidden),
        Case(name: "a page elsewhere", headers: with(("Origin", "https://evil.example")), status: .forbidden),
        Case(name: "a page on another port", headers: with(("Origin", "http://localhost:3000")), status: .forbidden),
        Case(name: "a page in a sandbox", headers: with(("Origin", "null")), status: .forbidden),
        Case(name: "a browser that says so", headers: with(("Sec-Fetch-Site", "cross-site")), status: .forbidden),
        Case(
            name: "a form", headers: with(("Content-Type", "application/x-www-form-urlencoded")),
            status: .unsupportedMediaType),
        Case(name: "a plain text form", headers: with(("Content-Type", "text/plain")), status: .unsupportedMediaType),
        Case(name: "no content type", headers: with(("Content-Type", nil)), status: .unsupportedMediaType),
        Case(
            name: "a stranger from outside", isLoopback: false, headers: with(("Host", "192.0.2.1:9745")),
            status: .forbidden),
        Case(
            name: "a user from outside", caller: .user("bob"), isLoopback: false,
            headers: with(("Host", "sweep.example"))),
        Case(
            name: "a user's browser on a page elsewhere", caller: .user("bob"), isLoopback: false,
            headers: with(("Host", "sweep.example"), ("Origin", "https://evil.example")), status: .forbidden),
        Case(
            name: "a user's browser behind a proxy with TLS", caller: .user("bob"), isLoopback: false,
            headers: with(("Host", "sweep.example"), ("Origin", "https://sweep.example"))),
        Case(
            name: "a user's form", caller: .user("bob"), isLoopback: false,
            headers: with(("Host", "sweep.example"), ("Content-Type", nil)), status: .unsupportedMediaType),
    ]

    @Test(arguments: cases)
    func access(_ test: Case) {
        let address = SocketAddress(family: .ipv4, host: test.isLoopback ? "127.0.0.1" : "192.0.2.1", port: 9_745)
        let request = HTTPRequest(
            .post, "/api/jobs/run", headers: test.headers,
            listener: .init(index: 0, address: address, isLoopback: test.isLoopback, isTLS: false))
        let refusal = AccessControl.refusal(of: request, from: test.caller)
        #expect(refusal?.status == test.status)
        #expect(refusal.map { $0.bodyText.hasPrefix("{\"detail\": \"") } ?? true)
    }
}
