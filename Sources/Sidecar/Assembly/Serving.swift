import HTTPServer
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
    private let environment: [String: String]
    private let usesActivatedSockets: Bool
    private let load: LiveConfiguration.Load

    /// - Parameters:
    ///   - environment: what the service manager says to this process.
    ///   - usesActivatedSockets: serve on the sockets that the service manager opened, and not on the configured addresses.
    ///   - load: reads the configuration anew, for reloads.
    package init(
        parts: SidecarParts, environment: [String: String], usesActivatedSockets: Bool,
        load: @escaping LiveConfiguration.Load
    ) {
        self.parts = parts
        self.environment = environment
        self.usesActivatedSockets = usesActivatedSockets
        self.load = load
    }

    /// Serves until a signal ends it.
    /// - Throws: `ServingError` when an address can't be listened on, `WebConfigurationError`.
    package func run() async throws {
        // Before anything else: from here on no signal kills the process.
        let endings = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let hangUps = await UnixSignalsSequence(trapping: .sighup)
        let web = WebServer(parts.configuration.web, logger: parts.logger)
        let access = WebAccess(
            try web.configuration(), failures: FailedLogins(clock: parts.clock, logger: parts.logger))
        // The first scrape is to be a good one already.
        await parts.totals.refresh()
        await parts.watch.look()
        await parts.clockGuard.look()
        await parts.archives.prune()
        let schedule = ScheduledRuns.loop(parts, lastStart: await parts.history.lastScheduledStart())
        let configuration = LiveConfiguration(parts, schedule: schedule, load: load) { web.reload(access) }
        let events = EventStreams(live: parts.live)
        let routes = ServingRoutes(
            parts: parts, configuration: configuration, schedule: schedule, events: events,
            gate: AccessGate(web: access, rules: AccessRules(parts)))
        let server = try web.start(routes.router(), access, on: try listeners())
        let service = SidecarService(
            parts: parts, configuration: configuration, schedule: schedule, server: server, events: events,
            endings: endings, hangUps: hangUps, manager: ServiceManager(environment: environment))
        // The group's own log tells of its inner life, which is nobody's business here.
        let silent = Logger(label: "jobsweep.services") { _ in SwiftLogNoOpLogHandler() }
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: silent))
        try await group.run()
        parts.logger.notice("stopped")
    }

    private func listeners() throws(ServingError) -> [HTTPServerConfiguration.Listener] {
        guard usesActivatedSockets else { return parts.configuration.web.listenAddresses.map { .address($0) } }
        do {
            let activation = try SocketActivation(environment: environment)
            guard !activation.sockets.isEmpty else {
                throw ServingError(
                    message:
                        "--web.systemd-socket is given, but systemd passed no socket: start jobsweep through a .socket unit"
                )
            }
            return activation.listeners
        } catch let error as ServingError {
            throw error
        } catch {
            throw ServingError(message: "\(error)")
        }
    }
}
