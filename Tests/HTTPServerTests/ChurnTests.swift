import Glibc
import Synchronization
import Testing

@testable import HTTPServer

/// Many connections, and what is left of them. In a process of its own, since it counts the process' sockets.
@Suite(.timeLimit(.minutes(10))) struct ChurnTests {
    @Test func descriptorsAreBackWhereTheyWere() async throws {
        await #expect(processExitsWith: .success) {
            try await withServer(.trial()) { server, address in
                let before = try ProcSelf.sockets
                var random = SeededGenerator(seed: 1)
                var held: [RawClient] = []
                for number in 0..<2000 {
                    let client = try RawClient(address)
                    switch Int.random(in: 0..<5, using: &random) {
                    case 0: break
                    case 1: client.send("GET /hel")
                    case 2: client.send(get("/hello"))
                    case 3: client.send([0, 255, 13, 10])
                    default:
                        held.append(client)
                        if held.count > 50 { held.removeFirst() }
                    }
                    if number % 100 == 0 {
                        let good = try RawClient(address)
                        good.send(get("/hello"))
                        precondition(
                            good.response()?.bodyText == "hello\n", "a well-behaved client went without answer")
                    }
                }
                held = []
                try await eventually { server.openConnections == 0 }
                precondition(server.openConnections == 0, "\(server.openConnections) connections are still open")
                // A refused one is read for a moment longer.
                try await eventually { try ProcSelf.sockets <= before }
                let after = try ProcSelf.sockets
                precondition(after <= before, "\(after) descriptors are open, \(before) were")
            }
        }
    }

    @Test func aStoppedServerLeavesNothingOpen() async throws {
        await #expect(processExitsWith: .success) {
            let before = try ProcSelf.sockets
            for _ in 1...20 {
                try await withServer(.trial()) { _, address in
                    let client = try RawClient(address)
                    client.send(get("/hello"))
                    precondition(client.response()?.status == 200)
                }
            }
            try await eventually { try ProcSelf.sockets <= before }
            let after = try ProcSelf.sockets
            precondition(after <= before, "\(after) descriptors are open, \(before) were")
        }
    }

    @Test func runningOutOfDescriptorsIsNotTheEnd() async throws {
        await #expect(processExitsWith: .success) {
            let failures = Mutex(0)
            let log: @Sendable (HTTPServerEvent) -> Void = { event in
                if case .acceptFailed = event { failures.withLock { $0 += 1 } }
            }
            try await withServer(.trial(), change: { $0.log = log }) { server, address in
                let clients = try (0..<40).map { _ in try RawClient() }
                // Room for a few more than are open now, but not for the server's side of 40 connections.
                let taken = Set(try ProcSelf.entries("fd").compactMap(Int.init))
                let free = (0...).lazy.filter { !taken.contains($0) }.prefix(9)
                var limit = rlimit()
                getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                let before = limit.rlim_cur
                limit.rlim_cur = rlim_t(free.max() ?? 0)
                setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                for client in clients { try client.connect(to: address) }
                // The last has to wait until the ones before it, which say nothing, have made room.
                clients[39].send(get("/hello"))
                precondition(clients[39].response()?.bodyText == "hello\n", "the last client went without answer")
                // Complaints are a while apart, so a slow machine may see a second one, but not one for each client.
                let reported = failures.withLock { $0 }
                precondition((1...3).contains(reported), "it was reported \(reported) times")
                limit.rlim_cur = before
                setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                let next = try RawClient(address)
                next.send(get("/hello"))
                precondition(next.response()?.bodyText == "hello\n", "the server did not recover")
            }
        }
    }

    @Test func malformedRequestsLeaveTheServerWell() async throws {
        // No limit of time closes what the server has lost sight of.
        let change = { (configuration: inout HTTPServerConfiguration) in
            configuration.headerTimeout = .seconds(3600)
            configuration.bodyTimeout = .seconds(3600)
            configuration.responseTimeout = .seconds(3600)
            configuration.idleTimeout = .seconds(3600)
        }
        try await withServer(.trial(), change: change) { server, address in
            var generator = MalformedRequests(seed: 42)
            for number in 0..<1500 {
                let client = try RawClient(address)
                client.send(generator.next())
                client.endSending()
                if number % 50 == 0 {
                    let good = try RawClient(address)
                    good.send(get("/hello"))
                    #expect(good.response()?.bodyText == "hello\n")
                }
            }
            try await eventually { server.openConnections == 0 }
            #expect(server.openConnections == 0, "left in \(server.core?.table.phases ?? [])")
        }
    }
}

/// The same numbers every time (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Requests that are wrong in the ways that requests are wrong.
private struct MalformedRequests {
    private var random: SeededGenerator

    private static let methods = ["GET", "POST", "HEAD", "OPTIONS", "FOO", "", "G\u{0}T", "CONNECT", "TRACE", "PRI"]
    private static let targets = [
        "/hello", "/echo", "*", "", "http://x/hello", "/%", "/%00", "/%ff", "/é", "/\u{0}a", "//", "/../..",
        "/" + String(repeating: "a", count: 20000), "/a?" + String(repeating: "&", count: 5000), "a:80",
    ]
    private static let versions = ["HTTP/1.1", "HTTP/1.0", "HTTP/9.9", "HTTP/1.", "", "HTTP/1.1 ", "\u{0}"]
    private static let fields = [
        "Host: a", "Host: b", "Content-Length: 5", "Content-Length: -1", "Content-Length: 99999999999999999999",
        "Content-Length: 70000", "Transfer-Encoding: chunked", "Transfer-Encoding: gzip", "Expect: 100-continue",
        "Expect: x", ": x", "NoColon", " folded", "X: " + String(repeating: "y", count: 20000), "A\u{0}B: c",
        "X: \u{0}",
        "Accept-Encoding: gzip;q=9, ;;,,\"", "Connection: close", "Connection: keep-alive, upgrade", "Cookie: a=\"b; c",
    ]
    private static let bodies = [
        "", "abcde", "5\r\nabcde\r\n0\r\n\r\n", "ffffffffffffffffff\r\n", "5\r\nab", "-1\r\n", "x\r\n",
        "0\r\nT: x\r\n\r\n",
    ]

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func next() -> [UInt8] {
        if Int.random(in: 0..<4, using: &random) == 0 {
            return (0..<Int.random(in: 1..<300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        let end = Int.random(in: 0..<8, using: &random) == 0 ? "\n" : "\r\n"
        var text = "\(pick(Self.methods)) \(pick(Self.targets)) \(pick(Self.versions))\(end)"
        for _ in 0..<Int.random(in: 0..<6, using: &random) { text += pick(Self.fields) + end }
        var bytes = Array((text + end + pick(Self.bodies)).utf8)
        for _ in 0..<Int.random(in: 0..<3, using: &random) {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        return bytes
    }

    private mutating func pick(_ choices: [String]) -> String {
        choices[Int.random(in: 0..<choices.count, using: &random)]
    }
}
