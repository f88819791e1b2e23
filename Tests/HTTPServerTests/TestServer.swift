import Synchronization
import Testing

@testable import HTTPServer

/// Runs a server on a free port of 127.0.0.1 for the length of a test.
///
/// The body runs on a thread of its own, since its clients block: the threads of the concurrency pool, of which there are
/// few, stay free for what the server's handlers do on them.
func withServer<Result: Sendable>(
    _ router: Router, change: (inout HTTPServerConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (HTTPServer, SocketAddress) async throws -> Result
) async throws -> Result {
    var configuration = HTTPServerConfiguration(listeners: [.address(ListenAddress(host: "127.0.0.1", port: 0))])
    change(&configuration)
    let server = HTTPServer(configuration, responder: router)
    try server.start()
    let address = try #require(server.addresses.first)
    return try await withTaskExecutorPreference(ThreadPerJob()) {
        do {
            let result = try await body(server, address)
            await server.stop(drain: .seconds(5))
            return result
        } catch {
            await server.stop(drain: .zero)
            throw error
        }
    }
}

/// Waits for what comes by itself, however slow the machine is; what never comes is the following expectation's to tell.
func eventually(_ condition: () throws -> Bool) async throws {
    for _ in 0..<60_000 {
        if try condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// Runs every piece of a task on a new thread.
private final class ThreadPerJob: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        precondition(startThread(named: "test") { job.runSynchronously(on: executor) }, "no thread for a test")
    }
}

/// Something that happens once, with a value, and that tests wait for instead of sleeping.
final class Signal<Value: Sendable>: Sendable {
    private enum State {
        case waiting([CheckedContinuation<Value, Never>])
        case happened(Value)
    }

    private let state = Mutex(State.waiting([]))

    /// A second value is ignored.
    func send(_ value: Value) {
        let waiters = state.withLock { state -> [CheckedContinuation<Value, Never>] in
            guard case .waiting(let waiters) = state else { return [] }
            state = .happened(value)
            return waiters
        }
        for waiter in waiters { waiter.resume(returning: value) }
    }

    var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let happened = state.withLock { state -> Value? in
                    switch state {
                    case .happened(let value): return value
                    case .waiting(let waiters):
                        state = .waiting(waiters + [continuation])
                        return nil
                    }
                }
                if let happened { continuation.resume(returning: happened) }
            }
        }
    }
}

extension Router {
    /// Routes that show what a request was.
    static func trial(middlewares: [HTTPMiddleware] = []) -> Router {
        var router = Router(middlewares: middlewares)
        router.get("/hello") { _ in .now(.text("hello\n")) }
        router.post("/echo") { .now(.bytes($0.body, type: "application/octet-stream")) }
        router.get("/jobs/{id}", name: "job") { request in
            let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "|")
            return .now(.text("\(request.parameters["id"] ?? "-") \(query)\n"))
        }
        return router
    }
}

/// A GET with the headers that HTTP/1.1 wants.
func get(_ target: String, _ more: String = "") -> String {
    "GET \(target) HTTP/1.1\r\nHost: test\r\n\(more)\r\n"
}
