import HTTPServer
import Logging
import SQLiteStore
import Scheduling
import ServiceLifecycle
import Sweeping

/// Why the sidecar couldn't begin to serve.
package struct ServingError: Error, Sendable {
    package let message: String
}

/// `jobsweep serve`: schedule, HTTP and signals around the parts, until SIGTERM or SIGINT.
package struct Serving: Sendable {
    private let parts: SidecarParts
    private let load: LiveConfiguration.Load

    /// - Parameter load: reads the configuration anew, for reloads.
    package init(parts: SidecarParts, load: @escaping LiveConfiguration.Load) {
        self.parts = parts
        self.load = load
    }

    /// Serves until a signal ends it.
    /// - Throws: `ServingError` when an address can't be listened on.
    package func run() async throws {
        await parts.totals.refresh()
        let schedule = ScheduledRuns.loop(parts, lastStart: await parts.history.lastScheduledStart())
        let configuration = LiveConfiguration(parts, schedule: schedule, load: load, reloadWeb: { [] })
        let events = EventStreams(live: parts.live)
        let routes = ServingRoutes(parts: parts, configuration: configuration, schedule: schedule, events: events)
        let server = try listen(routes.router())
        let service = SidecarService(
            parts: parts, configuration: configuration, schedule: schedule, server: server, events: events)
        // The group's own log tells of its inner life, which is nobody's business here.
        let silent = Logger(label: "jobsweep.services") { _ in SwiftLogNoOpLogHandler() }
        let group = ServiceGroup(
            configuration: .init(services: [service], gracefulShutdownSignals: [.sigterm, .sigint], logger: silent))
        try await group.run()
        parts.logger.notice("stopped")
    }

    private func listen(_ router: Router) throws(ServingError) -> HTTPServer {
        var configuration = HTTPServerConfiguration(
            listeners: parts.configuration.web.listenAddresses.map { .address($0) })
        configuration.log = { [logger = parts.logger] event in
            logger.log(level: event.isWarning ? .warning : .debug, "\(event)")
        }
        let server = HTTPServer(configuration, responder: router)
        do {
            try server.start()
        } catch {
            throw ServingError(message: "\(error)")
        }
        for address in server.addresses {
            parts.logger.notice("listening", metadata: ["address": "\(address)"])
            if !address.isLoopback {
                parts.logger.warning(
                    "control over HTTP is off on this address, because it isn't loopback and has no users",
                    metadata: ["address": "\(address)", "remedy": "name users in a file for --web.config.file"])
            }
        }
        return server
    }
}
