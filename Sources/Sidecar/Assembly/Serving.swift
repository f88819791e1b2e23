import Logging
import ServiceLifecycle
import Sweeping
import UnixSignals

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
    /// - Throws: `ServingError` when an address can't be listened on, `WebConfigurationError`.
    package func run() async throws {
        // Before anything else: from here on no signal kills the process.
        let endings = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let hangUps = await UnixSignalsSequence(trapping: .sighup)
        let web = WebServer(parts.configuration.web, logger: parts.logger)
        let access = WebAccess(try web.configuration())
        // The first scrape is to be a good one already.
        await parts.totals.refresh()
        await parts.watch.look()
        let schedule = ScheduledRuns.loop(parts, lastStart: await parts.history.lastScheduledStart())
        let configuration = LiveConfiguration(parts, schedule: schedule, load: load) { web.reload(access) }
        let events = EventStreams(live: parts.live)
        let routes = ServingRoutes(
            parts: parts, configuration: configuration, schedule: schedule, events: events, access: access)
        let server = try web.start(routes.router(), access)
        let service = SidecarService(
            parts: parts, configuration: configuration, schedule: schedule, server: server, events: events,
            endings: endings, hangUps: hangUps)
        // The group's own log tells of its inner life, which is nobody's business here.
        let silent = Logger(label: "jobsweep.services") { _ in SwiftLogNoOpLogHandler() }
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: silent))
        try await group.run()
        parts.logger.notice("stopped")
    }
}
