import Synchronization
import Testing

@testable import HTTPServer

/// Streams over real sockets.
@Suite(.timeLimit(.minutes(10))) struct StreamTests {
    /// A router whose `/events` gives out streams and tells the test of each.
    private final class Source: Sendable {
        struct Listener: Sendable {
            let stream: ResponseStream
            let end: Signal<ResponseStream.End>
        }

        private let state = Mutex<[Listener]>([])
        let capacity: Int

        init(capacity: Int = 64 * 1024) {
            self.capacity = capacity
        }

        var listeners: [Listener] { state.withLock { $0 } }

        var router: Router {
            var router = Router.trial()
            router.get("/events") { [self] _ in
                let end = Signal<ResponseStream.End>()
                let stream = ResponseStream(capacity: capacity) { end.send($0) }
                stream.write(": hello\n\n")
                state.withLock { $0.append(Listener(stream: stream, end: end)) }
                return .now(.events(stream))
            }
            return router
        }
    }

    private func listen(_ address: SocketAddress, receiveBuffer: Int32? = nil) throws -> RawClient {
        let client = try RawClient(address, receiveBuffer: receiveBuffer)
        client.send(get("/events"))
        _ = try #require(client.text(through: "\r\n\r\n"))
        return client
    }

    /// A connection between requests, which has been so for longer than any that comes after it: libmicrohttpd looks for
    /// what it has forgotten at that one only.
    private func idle(_ address: SocketAddress) throws -> RawClient {
        let client = try RawClient(address)
        client.send(get("/hello"))
        _ = try #require(client.response())
        return client
    }

    @Test func eventsArriveAsTheyAreWrittenAndTheConnectionGoesOn() async throws {
        let source = Source()
        try await withServer(source.router) { _, address in
            let client = try RawClient(address)
            client.send(get("/events"))
            let head = try #require(client.text(through: "\r\n\r\n"))
            #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(head.contains("\r\nContent-Type: text/event-stream\r\n"))
            #expect(client.text(through: "\n\n\r\n") == "9\r\n: hello\n\n\r\n")
            let listener = try #require(source.listeners.first)
            for number in 1...3 {
                #expect(listener.stream.write(ServerSentEvent(event: "progress", data: "\(number)").bytes))
                #expect(client.text(through: "\n\n\r\n") == "19\r\nevent: progress\ndata: \(number)\n\n\r\n")
            }
            listener.stream.write("last\n\n")
            listener.stream.finish()
            #expect(!listener.stream.isOpen)
            #expect(!listener.stream.write("too late"))
            #expect(client.text(through: "0\r\n\r\n") == "6\r\nlast\n\n\r\n0\r\n\r\n")
            #expect(await listener.end.value == .finished)
            client.send(get("/hello"))
            #expect(client.response()?.bodyText == "hello\n")
        }
    }

    @Test func manyListenersHoldNoThreads() async throws {
        // In a process of its own, where no other test starts threads meanwhile.
        await #expect(processExitsWith: .success) {
            let source = Source()
            let tests = StreamTests()
            try await withServer(source.router, change: { $0.threads = 2 }) { _, address in
                let before = Self.threads
                let clients = try (0..<200).map { _ in try tests.listen(address) }
                for client in clients { precondition(client.text(through: "hello\n\n") != nil) }
                let now = Self.threads
                precondition(now < before + 20, "\(before) threads became \(now)")
                for listener in source.listeners {
                    listener.stream.write("all\n\n")
                    listener.stream.finish()
                }
                for client in clients {
                    precondition(client.text(through: "0\r\n\r\n") == "\r\n5\r\nall\n\n\r\n0\r\n\r\n")
                }
                for listener in source.listeners {
                    let end = await listener.end.value
                    precondition(end == .finished)
                }
            }
        }
    }

    @Test func aListenerThatGoesAwayIsNoticedWithoutAWrite() async throws {
        let source = Source()
        try await withServer(source.router, change: { $0.threads = 1 }) { server, address in
            let idle = try self.idle(address)
            let stays = try listen(address)
            let goes = try listen(address)
            _ = try #require(goes.text(through: "hello\n\n"))
            goes.close()
            #expect(await source.listeners[1].end.value == .listenerGone)
            #expect(!source.listeners[1].stream.write("x"))
            #expect(source.listeners[0].stream.write("still here\n\n"))
            #expect(stays.text(through: "still here\n\n") != nil)
            try await eventually { server.openConnections == 2 }
            #expect(server.openConnections == 2)
            _ = idle
        }
    }

    @Test func aListenerThatClosesItsSideAloneIsGoneToo() async throws {
        let source = Source()
        try await withServer(source.router) { _, address in
            let client = try listen(address)
            client.endSending()
            #expect(await source.listeners[0].end.value == .listenerGone)
        }
    }

    @Test func aListenerThatNeverReadsIsDropped() async throws {
        let source = Source(capacity: 32 * 1024)
        try await withServer(source.router) { server, address in
            let client = try listen(address, receiveBuffer: 4096)
            let stream = source.listeners[0].stream
            let event = ServerSentEvent(data: String(repeating: "x", count: 8000)).bytes
            // The kernel's buffers take some; far more than they could is written.
            var written = 0
            while written < 100_000_000, stream.write(event) { written += event.count }
            #expect(written < 100_000_000)
            #expect(await source.listeners[0].end.value == .tooSlow)
            try await eventually { server.openConnections == 0 }
            #expect(server.openConnections == 0)
            _ = client
        }
    }

    @Test func headOfAStreamHasNoBodyAndEndsIt() async throws {
        let source = Source()
        try await withServer(source.router) { _, address in
            let client = try RawClient(address)
            client.send("HEAD /events HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.response(toHead: true)?.headers["Content-Type"] == "text/event-stream")
            #expect(await source.listeners[0].end.value == .listenerGone)
            #expect(client.everything() == [])
        }
    }

    @Test func http10GetsTheBytesPlainAndThenTheEnd() async throws {
        let source = Source()
        try await withServer(source.router, change: { $0.threads = 1 }) { server, address in
            let idle = try self.idle(address)
            let client = try RawClient(address)
            client.send("GET /events HTTP/1.0\r\n\r\n")
            _ = try #require(client.text(through: "\r\n\r\n"))
            #expect(client.text(through: "\n\n") == ": hello\n\n")
            source.listeners[0].stream.write("more\n\n")
            #expect(client.text(through: "\n\n") == "more\n\n")
            source.listeners[0].stream.finish()
            #expect(client.everything() == [])
            #expect(await source.listeners[0].end.value == .finished)
            try await eventually { server.openConnections == 1 }
            #expect(server.openConnections == 1)
            _ = idle
        }
    }

    @Test func aStopEndsTheStreams() async throws {
        let source = Source()
        try await withServer(source.router) { server, address in
            let client = try listen(address)
            await server.stop(drain: .seconds(5))
            #expect(client.text(through: "0\r\n\r\n") == "9\r\n: hello\n\n\r\n0\r\n\r\n")
            #expect(client.everything() == [])
            #expect(await source.listeners[0].end.value == .serverStopped)
        }
    }

    @Test func aStopDoesNotWaitForListenersThatDoNotRead() async throws {
        let source = Source(capacity: 1 << 20)
        try await withServer(source.router) { server, address in
            let client = try listen(address, receiveBuffer: 4096)
            source.listeners[0].stream.write([UInt8](repeating: 10, count: 1 << 20 - 100))
            await server.stop(drain: .milliseconds(50))
            #expect(await source.listeners[0].end.value == .serverStopped)
            _ = client
        }
    }

    private static var threads: Int {
        (try? ProcSelf.entries("task").count) ?? 0
    }
}
