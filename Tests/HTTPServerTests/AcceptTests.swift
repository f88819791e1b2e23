import Glibc
import Synchronization
import Testing

@testable import HTTPServer

/// Connections that can't be accepted.
@Suite(.timeLimit(.minutes(10))) struct AcceptTests {
    @Test(arguments: [
        EAGAIN, ECONNABORTED, EINTR, EPROTO, ENETDOWN, ENETUNREACH, ENOPROTOOPT, EHOSTDOWN, EHOSTUNREACH, ENONET,
        EOPNOTSUPP, EPERM,
    ])
    func theFailureOfOneConnectionClosesNoOther(code: Int32) async throws {
        let events = Mutex<[HTTPServerEvent]>([])
        let failures = Mutex<[Int32]>([])
        let change = { @Sendable (configuration: inout HTTPServerConfiguration) in
            configuration.log = { event in events.withLock { $0.append(event) } }
            let real = configuration.accept
            configuration.accept = { listening, address, length in
                guard let code = failures.withLock({ $0.popLast() }) else { return real(listening, &address, &length) }
                errno = code
                return -1
            }
        }
        try await withServer(.trial(), change: change) { _, address in
            let clients = try (1...10).map { _ in
                let client = try RawClient(address)
                client.send(get("/hello"))
                _ = try #require(client.response())
                return client
            }
            failures.withLock { $0 = Array(repeating: code, count: 3) }
            let next = try RawClient(address)
            next.send(get("/hello"))
            #expect(next.response()?.status == 200)
            #expect(failures.withLock { $0 } == [])
            for client in clients {
                client.send(get("/hello"))
                #expect(client.response()?.status == 200)
            }
        }
        #expect(events.withLock { events in !events.contains { if case .acceptFailed = $0 { true } else { false } } })
    }

    @Test(arguments: [EMFILE, ENFILE, ENOBUFS, ENOMEM])
    func whereDescriptorsRunOutTheSlowestMakeRoom(code: Int32) async throws {
        let failures = Mutex<[Int32]>([])
        let change = { @Sendable (configuration: inout HTTPServerConfiguration) in
            let real = configuration.accept
            configuration.accept = { listening, address, length in
                guard let code = failures.withLock({ $0.popLast() }) else { return real(listening, &address, &length) }
                errno = code
                return -1
            }
        }
        try await withServer(.trial(), change: change) { _, address in
            let idle = try RawClient(address)
            idle.send(get("/hello"))
            _ = try #require(idle.response())
            failures.withLock { $0 = [code] }
            let next = try RawClient(address)
            next.send(get("/hello"))
            #expect(next.response()?.status == 200)
            #expect(idle.everything() == [])
        }
    }

    @Test func whatNobodyKnowsClosesNothingEither() {
        #expect(AcceptFailure(EINVAL) == .unknown)
        #expect(AcceptFailure(EBADF) == .unknown)
    }
}
