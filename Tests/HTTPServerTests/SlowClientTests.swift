import Dispatch
import Glibc
import Synchronization
import Testing

@testable import HTTPServer

/// Clients that take their time, with limits scaled down so that the tests do not.
@Suite(.timeLimit(.minutes(10))) struct SlowClientTests {
    /// Sends a byte, and the next, and so on, until the server closes; how many it took.
    private func trickle(_ text: String, to client: RawClient) -> Int {
        var sent = 0
        for byte in text.utf8 {
            guard client.send([byte]) else { return sent }
            sent += 1
            // Not a task's sleep: with Swift's few threads busy it takes seconds, and by then the reply was given up.
            usleep(10_000)
        }
        return sent
    }

    /// The client is told that it took too long, and the connection ends.
    private func expectTimeout(_ client: RawClient) {
        let reply = client.response()
        #expect(reply?.status == 408)
        #expect(reply?.bodyText == "{\"detail\": \"the request took too long to come\"}")
        #expect(client.everything() == [])
    }

    @Test func headersHaveALimitInAllAndNotFromByteToByte() async throws {
        try await withServer(.trial(), change: { $0.headerTimeout = .seconds(2) }) { _, address in
            let client = try RawClient(address)
            // 40 s in all, were it allowed.
            let sent = trickle(get("/hello", "X: \(String(repeating: "a", count: 4000))\r\n"), to: client)
            #expect(sent < 4000)
            expectTimeout(client)
        }
    }

    @Test func aClientThatSaysNothingIsDropped() async throws {
        try await withServer(.trial(), change: { $0.headerTimeout = .milliseconds(100) }) { server, address in
            let client = try RawClient(address)
            #expect(client.everything() == [])
        }
    }

    @Test func bodiesHaveALimitInAll() async throws {
        try await withServer(.trial(), change: { $0.bodyTimeout = .seconds(2) }) { _, address in
            let client = try RawClient(address)
            client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n")
            let sent = trickle(String(repeating: "a", count: 5000), to: client)
            #expect(sent < 5000)
            expectTimeout(client)
        }
    }

    @Test func aClientThatGoesOnSendingIsTold() async throws {
        let entered = Signal<Bool>()
        let isLetGo = Mutex(false)
        var router = Router.trial()
        router.get("/held") { _ in
            entered.send(true)
            while !isLetGo.withLock({ $0 }) { usleep(1000) }
            return .now(.text("held\n"))
        }
        let change = { (configuration: inout HTTPServerConfiguration) in
            configuration.threads = 1
            configuration.headerTimeout = .seconds(1000)
        }
        try await withServer(router, change: change) { server, address in
            let core = try #require(server.core)
            let slow = try RawClient(address)
            slow.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab")
            try await eventually { core.table.phases == [.body] }
            // The server's thread is busy when the time is over, and the client's next byte is there before it looks.
            let other = try RawClient(address)
            other.send(get("/held"))
            _ = await entered.value
            slow.send("c")
            core.table.reap(now: ConnectionClock.now() + 21_000, draining: false)
            isLetGo.withLock { $0 = true }
            expectTimeout(slow)
        }
    }

    @Test func anIdleConnectionIsKeptBeyondTheLimitForHeaders() async throws {
        try await withServer(.trial()) { server, address in
            let core = try #require(server.core)
            let idle = try RawClient(address)
            idle.send(get("/hello"))
            #expect(idle.response()?.status == 200)
            let slow = try RawClient(address)
            slow.send("GET /hel")
            try await eventually { Set(core.table.phases) == [.head, .idle] }
            // The accepting thread's look round, 11 s and 151 s from now.
            core.table.reap(now: ConnectionClock.now() + 11_000, draining: false)
            expectTimeout(slow)
            idle.send(get("/hello"))
            #expect(idle.response()?.status == 200)
            try await eventually { core.table.phases == [.idle] }
            core.table.reap(now: ConnectionClock.now() + 151_000, draining: false)
            #expect(idle.everything() == [])
        }
    }

    @Test func anIdleConnectionIsClosedInTheEnd() async throws {
        try await withServer(.trial(), change: { $0.idleTimeout = .milliseconds(100) }) { _, address in
            let client = try RawClient(address)
            client.send(get("/hello"))
            #expect(client.response()?.status == 200)
            #expect(client.everything() == [])
        }
    }

    @Test func theNextRequestOnAConnectionHasTheLimitOfTheFirst() async throws {
        let change = { (configuration: inout HTTPServerConfiguration) in
            configuration.headerTimeout = .milliseconds(200)
            configuration.idleTimeout = .seconds(3600)
        }
        try await withServer(.trial(), change: change) { _, address in
            let client = try RawClient(address)
            client.send(get("/hello"))
            #expect(client.response()?.status == 200)
            let sent = trickle(get("/hello", "X: \(String(repeating: "a", count: 4000))\r\n"), to: client)
            #expect(sent < 4000)
        }
    }

    @Test func aResponseThatIsNotReadIsGivenUp() async throws {
        var router = Router()
        let body = SharedBody([UInt8](repeating: 1, count: 30_000_000))
        router.get("/big") { _ in .now(HTTPResponse(status: .ok, body: .shared(body))) }
        try await withServer(router, change: { $0.responseTimeout = .milliseconds(200) }) { _, address in
            let client = try RawClient(address, receiveBuffer: 4096)
            client.send(get("/big"))
            try await Task.sleep(for: .milliseconds(700))
            // Whatever waited in the kernel's buffers comes, and then the end.
            #expect(client.everything().count < 30_000_000)
        }
    }

    @Test func aClientThatClosesWithItsLastBytesIsNoticed() async throws {
        let change = { (configuration: inout HTTPServerConfiguration) in
            configuration.headerTimeout = .seconds(3600)
            configuration.bodyTimeout = .seconds(3600)
            configuration.idleTimeout = .seconds(3600)
        }
        try await withServer(.trial(), change: change) { server, address in
            for text in ["", "GET /he", get("/hello"), "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab"]
            {
                for _ in 1...20 {
                    let client = try RawClient(address)
                    client.send(text)
                    client.close()
                }
            }
            try await eventually { server.openConnections == 0 }
            #expect(server.openConnections == 0)
        }
    }

    @Test func theSlowestMakesRoomForTheNext() async throws {
        try await withServer(.trial(), change: { $0.connectionLimit = 3 }) { _, address in
            let idle = try RawClient(address)
            idle.send(get("/hello"))
            #expect(idle.response()?.status == 200)
            let slow = try (1...2).map { _ in
                let client = try RawClient(address)
                client.send("GET /hel")
                return client
            }
            // The third place is taken: the first of the slow ones goes, not the one that has behaved.
            let next = try RawClient(address)
            next.send(get("/hello"))
            #expect(next.response()?.status == 200)
            #expect(slow[0].everything() == [])
            idle.send(get("/hello"))
            #expect(idle.response()?.status == 200)
            slow[1].send("lo HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(slow[1].response()?.status == 200)
        }
    }

    @Test func whereAllAreBusyTheNextIsTurnedAway() async throws {
        let go = Signal<Void>()
        let begun = [Signal<Void>(), Signal<Void>()]
        var router = Router.trial()
        router.get("/wait/{n}") { request in
            .later {
                begun[Int(request.parameters["n"] ?? "") ?? 0].send(())
                await go.value
                return .text("done")
            }
        }
        try await withServer(router, change: { $0.connectionsPerClient = 2 }) { _, address in
            let clients = try (0...1).map { number in
                let client = try RawClient(address)
                client.send(get("/wait/\(number)"))
                return client
            }
            for signal in begun { await signal.value }
            let next = try RawClient(address)
            next.send(get("/hello"))
            #expect(
                next.response()?.description == """
                    503
                    Retry-After: 1
                    Content-Type: application/json
                    Content-Length: 34
                    Connection: close

                    {"detail": "too many connections"}
                    """)
            go.send(())
            for client in clients { #expect(client.response()?.bodyText == "done") }
        }
    }

    /// libmicrohttpd 0.9.75 takes 128 events at once, and hangs when there are exactly as many.
    @Test func asManyRequestsAtOnceAsTheLibraryTakesEventsAreAnswered() async throws {
        let go = DispatchSemaphore(value: 0)
        let begun = Signal<Void>()
        var router = Router.trial()
        router.get("/block") { _ in
            begun.send(())
            go.wait()
            return .now(.text("done"))
        }
        try await withServer(router, change: { $0.threads = 1 }) { _, address in
            let clients = try (0..<128).map { _ in
                let client = try RawClient(address)
                client.send(get("/hello"))
                _ = try #require(client.response())
                return client
            }
            let blocking = try RawClient(address)
            blocking.send(get("/block"))
            await begun.value
            for client in clients { client.send(get("/hello")) }
            go.signal()
            for client in clients { #expect(client.response()?.bodyText == "hello\n") }
        }
    }

    @Test(arguments: [
        ("10.1.2.3", "10.1.2.3", true), ("10.1.2.3", "10.1.2.4", false),
        ("2001:db8:1:2::1", "2001:db8:1:2:9:8:7:6", true),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", false), ("::1", "::2", true), ("fe80::1", "::1", false),
        ("::ffff:10.1.2.3", "10.1.2.3", true), ("2001::1", "2001:0:0:0:5:6:7:8", true),
        ("1:2:3:4:5:6:7:8", "1:2:3::8", false),
    ])
    func aClientIsAnAddressOrANetwork(one: String, other: String, same: Bool) {
        func key(_ host: String) -> ClientKey {
            ClientKey(SocketAddress(family: host.contains(":") ? .ipv6 : .ipv4, host: host, port: 1))
        }
        #expect((key(one) == key(other)) == same)
    }
}
