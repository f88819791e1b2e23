import HTTPServer
import Logging
import Scheduling
import ServiceLifecycle
import SQLiteStore
import Sweeping
import Synchronization
import UnixSignals

/// Why the sidecar couldn't begin to serve.
package struct ServingError: Error, Sendable {
    package let message: String
}

/// `jobsweep serve`: schedule, HTTP and signals around the parts, until SIGTERM or SIGINT.
package struct Serving: Sendable {
    private let parts: SidecarParts
    private let counter = RequestCounter()

    package init(parts: SidecarParts) {
        self.parts = parts
    }

    /// Serves until a signal ends it.
    /// - Throws: `ServingError` when an address can't be listened on.
    package func run() async throws {
        await parts.totals.refresh()
        let events = EventStreams(live: parts.live)
        let server = try start(router(events))
        for address in server.addresses {
            parts.logger.notice("listening", metadata: ["address": "\(address)"])
        }
        let service = SidecarService(parts: parts, server: server, events: events)
        let group = ServiceGroup(
            configuration: .init(
                services: [service], gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "x") { _ in SwiftLogNoOpLogHandler() }))
        try await group.run()
        parts.logger.notice("stopped")
    }

    private func start(_ router: Router) throws -> HTTPServer {
        var listeners: [HTTPServerConfiguration.Listener] = []
        do {
            for text in parts.configuration.listen { listeners.append(.address(try ListenAddress(parsing: text))) }
            var configuration = HTTPServerConfiguration(listeners: listeners)
            configuration.log = { [logger = parts.logger] event in
                logger.log(level: event.isWarning ? .warning : .debug, "\(event)")
            }
            let server = HTTPServer(configuration, responder: router)
            try server.start()
            return server
        } catch {
            throw ServingError(message: "\(error)")
        }
    }

    private func router(_ events: EventStreams) -> Router {
        let runs = RunRoutes(
            coordinator: parts.coordinator, history: parts.history, live: parts.live, events: events)
        let build = MetricsSnapshot.BuildFacts(sqlite: StoreVersions.sqlite, microhttpd: HTTPServer.libraryVersion)
        let source = MetricsSource(clock: parts.clock) { [parts, counter] in
            var snapshot = MetricsSnapshot(process: ProcessFacts.read(), build: build)
            snapshot.totals = parts.totals.current
            snapshot.current = parts.live.current
            snapshot.database = parts.watch.current
            snapshot.requests = counter.snapshot()
            snapshot.interval = parts.configuration.every.inSeconds
            return snapshot
        }
        return SidecarRouter(
            runs: runs, metrics: MetricsRoute(source: source), watch: parts.watch, status: statusView,
            reload: { .refused(["not wired"]) }, counter: counter, gate: AccessGate()
        ).router()
    }

    @Sendable private func statusView() async -> StatusView {
        let recent = await parts.history.runs(phase: nil, limit: 30, offset: 0)
        return StatusView(
            now: parts.clock.now(), databaseName: parts.store.name, database: parts.watch.current,
            totals: parts.totals.current, schedule: "every \(parts.configuration.every)", nextRun: nil,
            current: parts.live.current, recent: recent.runs, enabled: parts.configuration.policy.enabledOperations)
    }
}

/// Everything that goes on while the sidecar serves.
private struct SidecarService: Service {
    let parts: SidecarParts
    let server: HTTPServer
    let events: EventStreams

    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await parts.watch.run() }
            group.addTask { await parts.totals.run() }
            group.addTask { await events.run() }
            group.addTask {
                var trigger = Trigger.startup
                try? await Task.sleep(for: parts.configuration.firstRunAfter)
                while !Task.isCancelled {
                    _ = try? await parts.coordinator.start(trigger).report.value
                    trigger = .schedule
                    try? await Task.sleep(for: parts.configuration.every)
                }
            }
            try? await gracefulShutdown()
            await parts.coordinator.shutDown()
            await server.stop(drain: .milliseconds(500))
            group.cancelAll()
        }
    }
}
