import Dispatch
import Synchronization
import Testing

@testable import HTTPServer

/// Replies that come later.
@Suite(.timeLimit(.minutes(10))) struct LaterTests {
    @Test func bodiesAreDecodedElsewhere() async throws {
        let go = DispatchSemaphore(value: 0)
        var router = Router.trial()
        router.post("/decode") { request in
            go.wait()
            return .now(.text("\(request.body.count)"))
        }
        try await withServer(router, change: { $0.threads = 1 }) { _, address in
            let body = String(repeating: "[", count: 65_536)
            let clients = try (1...8).map { _ in
                let client = try RawClient(address)
                client.send("POST /decode HTTP/1.1\r\nHost: a\r\nContent-Length: 65536\r\n\r\n\(body)")
                return client
            }
            for _ in 1...20 {
                let other = try RawClient(address)
                other.send(get("/hello"))
                #expect(other.response()?.status == 200)
            }
            for _ in clients { go.signal() }
            for client in clients { #expect(client.response()?.bodyText == "65536") }
        }
    }

    @Test func aReplyMayComeLater() async throws {
        let go = Signal<String>()
        var router = Router.trial()
        router.post("/wait") { request in
            .later { .text(await go.value + String(decoding: request.body, as: UTF8.self)) }
        }
        try await withServer(router) { _, address in
            let client = try RawClient(address)
            client.send("POST /wait HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi" + get("/hello"))
            // Others are served meanwhile.
            let other = try RawClient(address)
            other.send(get("/hello"))
            #expect(other.response()?.bodyText == "hello\n")
            go.send("at last ")
            #expect(client.response()?.bodyText == "at last hi")
            #expect(client.response()?.bodyText == "hello\n")
        }
    }

    @Test func manyWaitingRequestsHoldNoThreads() async throws {
        let go = Signal<Void>()
        var router = Router.trial()
        router.get("/wait") { request in
            .later {
                await go.value
                return .text(request.query.first?.value ?? "")
            }
        }
        try await withServer(router) { _, address in
            let clients = try (0..<100).map { number in
                let client = try RawClient(address)
                client.send(get("/wait?n=\(number)"))
                return client
            }
            let other = try RawClient(address)
            other.send(get("/hello"))
            #expect(other.response()?.bodyText == "hello\n")
            go.send(())
            for (number, client) in clients.enumerated() { #expect(client.response()?.bodyText == "\(number)") }
        }
    }

    @Test func aClientThatGoesAwayMeanwhileHarmsNobody() async throws {
        let go = Signal<Void>()
        let begun = Signal<Void>()
        var router = Router.trial()
        router.get("/wait") { _ in
            .later {
                begun.send(())
                await go.value
                return .text("too late")
            }
        }
        try await withServer(router) { _, address in
            let client = try RawClient(address)
            client.send(get("/wait"))
            await begun.value
            client.close()
            go.send(())
            let other = try RawClient(address)
            other.send(get("/hello"))
            #expect(other.response()?.bodyText == "hello\n")
        }
    }

    @Test func aStopWaitsForThem() async throws {
        let go = Signal<Void>()
        let begun = Signal<Void>()
        var router = Router.trial()
        router.get("/wait") { _ in
            .later {
                begun.send(())
                await go.value
                return .text("done")
            }
        }
        try await withServer(router) { server, address in
            let client = try RawClient(address)
            client.send(get("/wait"))
            await begun.value
            async let stopped: Void = server.stop(drain: .seconds(20))
            // The listener is closed at once.
            while (try? RawClient(address)) != nil { await Task.yield() }
            go.send(())
            #expect(client.response()?.bodyText == "done")
            await stopped
            #expect(client.everything() == [])
        }
    }

    @Test func aStopThatWaitsNoLongerCancelsThem() async throws {
        let begun = Signal<Void>()
        let cancelled = Signal<Bool>()
        var router = Router.trial()
        router.get("/wait") { _ in
            .later {
                begun.send(())
                try? await Task.sleep(for: .seconds(3600))
                cancelled.send(Task.isCancelled)
                return .text("never")
            }
        }
        try await withServer(router) { server, address in
            let client = try RawClient(address)
            client.send(get("/wait"))
            await begun.value
            await server.stop(drain: .zero)
            #expect(await cancelled.value)
            let reply = client.response()
            #expect(reply == nil || reply?.status == 503)
        }
    }
}
