import HTTPServer
import Logging
import Synchronization

/// The HTTP server with its web configuration: started once, its certificates and users replaced while it runs.
package final class WebServer: Sendable {
    private let settings: WebSettings
    private let logger: Logger
    private let server = Mutex<HTTPServer?>(nil)

    package init(_ settings: WebSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// Reads the web configuration; an empty one where no file is named.
    package func configuration() throws(WebConfigurationError) -> WebConfiguration {
        guard let path = settings.configFile else { return WebConfiguration() }
        let configuration = try WebConfigurationReader.read(path, readFile: ConfigurationFile.read)
        for notice in configuration.notices {
            logger.warning("an option of the web configuration can't be honoured", metadata: ["option": "\(notice)"])
        }
        return configuration
    }

    /// Says what is the matter with the certificates in force: they are served all the same, as nothing would be better served by
    /// a sidecar that doesn't start.
    private func judge(_ chain: CertificateChain?) {
        let now = Int64(SystemClock().now().unixSeconds)
        for problem in chain?.problems(at: now) ?? [] {
            logger.error("clients refuse the TLS certificate", metadata: ["problem": "\(problem)"])
        }
        for advice in chain?.advice(at: now) ?? [] {
            logger.warning("the TLS certificate ends soon", metadata: ["advice": "\(advice)"])
        }
    }

    /// - Throws: `ServingError` when an address can't be listened on.
    func start(
        _ router: Router, _ access: WebAccess, on listeners: [HTTPServerConfiguration.Listener]
    ) throws(ServingError) -> HTTPServer {
        var configuration = HTTPServerConfiguration(listeners: listeners)
        configuration.tls = access.current.tls
        configuration.log = { [logger] event in
            logger.log(level: event.isWarning ? .warning : .debug, "\(event)")
        }
        let server = HTTPServer(configuration, responder: router)
        do throws(HTTPServerError) {
            try server.start()
        } catch {
            throw ServingError(message: "\(error)")
        }
        self.server.withLock { $0 = server }
        announce(server, access)
        judge(access.current.chain)
        return server
    }

    /// Takes over certificates and users from the file as it is now, but for less protection than there is: that needs a restart.
    /// - Returns: what is wrong with it; then all stays as it was.
    func reload(_ access: WebAccess) -> [String] {
        do {
            let fresh = try configuration()
            if let loss = fresh.lostProtection(since: access.current) {
                return [settings.configFile.map { "\($0): \(loss)" } ?? loss]
            }
            if fresh.tls != access.current.tls { try server.withLock { $0 }?.reload(tls: fresh.tls) }
            access.replace(with: fresh)
            judge(fresh.chain)
            return []
        } catch let error as WebConfigurationError {
            return error.problems
        } catch {
            return ["\(error)"]
        }
    }

    private func announce(_ server: HTTPServer, _ access: WebAccess) {
        for address in server.addresses {
            logger.notice(
                "listening", metadata: ["address": "\(address)", "tls": "\(access.current.tls == nil ? "off" : "on")"])
            guard !address.isLoopback, !access.current.knowsUsers else { continue }
            logger.warning(
                "control over HTTP is off on this address, because it isn't loopback and has no users",
                metadata: ["address": "\(address)", "remedy": "name users in a file for --web.config.file"])
        }
    }
}
