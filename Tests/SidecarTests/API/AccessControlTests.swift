import HTTPServer
import Testing

@testable import Sidecar

@Suite("Who may change something")
struct AccessControlTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var caller = Caller.token
        var isLoopback = true
        var headers: HTTPHeaders = ["Host": "localhost:9745"]
        /// Nil: it may.
        var status: HTTPStatus?

        var testDescription: String { name }
    }

    private static func with(_ changes: (String, String?)...) -> HTTPHeaders {
        var headers: HTTPHeaders = ["Host": "localhost:9745"]
        for (name, value) in changes { headers[name] = value }
        return headers
    }

    static let cases: [Case] = [
        Case(name: "who has the token, on loopback"),
        Case(name: "nobody, on loopback", caller: .anonymous, status: .unauthorized),
        Case(name: "by address", headers: with(("Host", "127.0.0.1:9745"))),
        Case(name: "by any loopback address", headers: with(("Host", "127.8.9.1"))),
        Case(name: "over IPv6", headers: with(("Host", "[::1]:9745"))),
        Case(name: "by a name with a dot at its end", headers: with(("Host", "localhost.:9745"))),
        Case(name: "through a tunnel on another port", headers: with(("Host", "LOCALHOST:8080"))),
        Case(name: "by the listen address", headers: with(("Host", "sweeper.internal:9745"))),
        Case(name: "by the external URL's host", headers: with(("Host", "jobs.example.com"))),
        Case(
            name: "our own page", headers: with(("Origin", "http://localhost:9745"), ("Sec-Fetch-Site", "same-origin"))),
        Case(name: "typed into the address bar", headers: with(("Sec-Fetch-Site", "none"))),
        Case(name: "no Host", headers: with(("Host", nil)), status: .forbidden),
        Case(name: "a rebound name", headers: with(("Host", "evil.example:9745")), status: .forbidden),
        Case(
            name: "a rebound name without the token", caller: .anonymous, headers: with(("Host", "evil.example")),
            status: .forbidden),
        Case(
            name: "a name that begins like ours", headers: with(("Host", "localhost.evil.example")), status: .forbidden),
        Case(
            name: "a name that begins like an address", headers: with(("Host", "127.0.0.1.evil.example")),
            status: .forbidden),
        Case(name: "no address", headers: with(("Host", "127.0.0.256")), status: .forbidden),
        Case(name: "another machine's address", headers: with(("Host", "192.0.2.7")), status: .forbidden),
        Case(name: "a broken Host", headers: with(("Host", "localhost:port")), status: .forbidden),
        Case(
            name: "a letter that only looks like ours", headers: with(("Host", "localho\u{17F}t")), status: .forbidden),
        Case(name: "a page elsewhere", headers: with(("Origin", "https://evil.example")), status: .forbidden),
        Case(name: "a page on another port", headers: with(("Origin", "http://localhost:3000")), status: .forbidden),
        Case(name: "a page in a sandbox", headers: with(("Origin", "null")), status: .forbidden),
        Case(name: "a browser that says so", headers: with(("Sec-Fetch-Site", "cross-site")), status: .forbidden),
        Case(name: "through a proxy", headers: with(("X-Forwarded-For", "192.0.2.9")), status: .forbidden),
        Case(
            name: "through a proxy that says so by the book", headers: with(("Forwarded", "for=_x")), status: .forbidden
        ),
        Case(name: "through a proxy that only names itself", headers: with(("Via", "1.1 cache")), status: .forbidden),
        Case(name: "through a proxy with TLS", headers: with(("x-forwarded-proto", "https")), status: .forbidden),
        Case(name: "through nginx as many set it up", headers: with(("X-Real-IP", "192.0.2.9")), status: .forbidden),
        Case(
            name: "a stranger from outside", caller: .anonymous, isLoopback: false,
            headers: with(("Host", "192.0.2.1:9745")), status: .forbidden),
        Case(
            name: "the token from outside", isLoopback: false, headers: with(("Host", "192.0.2.1:9745")),
            status: .forbidden),
        Case(
            name: "a user from outside", caller: .user("bob"), isLoopback: false,
            headers: with(("Host", "sweep.example"))),
        Case(
            name: "a user through a proxy", caller: .user("bob"),
            headers: with(("Host", "sweep.example"), ("X-Forwarded-For", "192.0.2.9"))),
        Case(
            name: "a user's browser on a page elsewhere", caller: .user("bob"), isLoopback: false,
            headers: with(("Host", "sweep.example"), ("Origin", "https://evil.example")), status: .forbidden),
        Case(
            name: "a user's browser behind a proxy with TLS", caller: .user("bob"), isLoopback: false,
            headers: with(("Host", "sweep.example"), ("Origin", "https://sweep.example"))),
        Case(
            name: "a user's browser behind a proxy that rewrites Host", caller: .user("bob"),
            headers: with(("Host", "127.0.0.1:9745"), ("Origin", "https://jobs.example.com"))),
        Case(
            name: "the same from another port", caller: .user("bob"),
            headers: with(("Host", "127.0.0.1:9745"), ("Origin", "https://jobs.example.com:8443")), status: .forbidden),
    ]

    private static let rules: AccessRules = {
        let external = try? ExternalURL(parsing: "https://Jobs.Example.com:443/sweep/")
        return AccessRules(
            names: OwnNames(listenHosts: ["Sweeper.internal", ""], external: external, machine: "box"),
            external: external, token: ControlToken(secret: "0123"))
    }()

    static func request(_ headers: HTTPHeaders, isLoopback: Bool = true) -> HTTPRequest {
        let address = SocketAddress(family: .ipv4, host: isLoopback ? "127.0.0.1" : "192.0.2.1", port: 9_745)
        return HTTPRequest(
            .post, "/api/jobs/run", headers: headers,
            listener: .init(index: 0, address: address, isLoopback: isLoopback, isTLS: false))
    }

    @Test(arguments: cases)
    func changing(_ test: Case) {
        let request = Self.request(test.headers, isLoopback: test.isLoopback)
        let refusal = Self.rules.changingRefusal(request, test.caller)
        #expect(refusal?.status == test.status)
        #expect(refusal.map { $0.bodyText.hasPrefix("{\"detail\": \"") } ?? true)
    }

    @Test(arguments: [
        ("localhost", true, true), ("evil.example", true, false), ("evil.example", false, false),
        ("192.0.2.7:9745", true, false), ("192.0.2.7:9745", false, true), ("[2001:db8::1]:9745", false, true),
        ("[2001:db8::1", false, false), ("box", false, true), ("BOX.", false, true), ("box", true, false),
        ("box.evil.example", false, false), ("jobs.example.com", false, true), ("", false, false),
        ("300.1.1.1", false, false),
    ])
    func reading(host: String, isLoopback: Bool, may: Bool) {
        let request = Self.request(["Host": host], isLoopback: isLoopback)
        #expect((Self.rules.readingRefusal(request, .anonymous) == nil) == may)
    }

    @Test func theTokenIsItsBytes() {
        func has(_ headers: HTTPHeaders) -> Bool { Self.rules.hasToken(Self.request(headers)) }
        #expect(has(["Authorization": "Bearer 0123"]))
        #expect(has(["Authorization": "bearer   0123 "]))
        #expect(has(["Cookie": "a=b; jobsweep_token_9745=0123; c=d"]))
        #expect(!has(["Cookie": "jobsweep_token_9746=0123"]), "another port's")
        for wrong in [
            "Bearer 0124", "Bearer 012", "Bearer 01234", "Bearer", "Basic 0123", "Bearer 0123\u{301}", "0123",
        ] {
            #expect(!has(["Authorization": wrong]))
        }
    }

    @Test func theRulesWithoutAToken() {
        let rules = AccessRules(
            names: OwnNames(listenHosts: [], external: nil), external: nil, token: nil, tokenProblem: "the disk is full"
        )
        let request = Self.request(["Host": "localhost", "Authorization": "Bearer "])
        #expect(!rules.hasToken(request))
        let refusal = rules.changingRefusal(request, .anonymous)
        #expect(refusal?.status == .forbidden)
        #expect(refusal?.bodyText.contains("the disk is full") == true)
    }
}
