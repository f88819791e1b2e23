import ArgumentParser
import Foundation
import Sidecar

/// `jobsweep serve`
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Sweep on schedule and serve metrics, API and status page, until SIGTERM or SIGINT.",
        discussion: """
            SIGHUP reloads the configuration; a bad file leaves the old one in force. SIGTERM ends a run at its next batch.

              jobsweep serve --database app.db --web.listen-address 127.0.0.1:9745
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var web: WebOptions

    @Flag(
        name: .customLong("web.systemd-socket"),
        help: "Serve on the sockets that systemd passes, instead of on listen addresses.")
    var systemdSocket = false

    func run() async throws {
        let configuration = try Setup.configuration(common, web: web)
        let parts = try Setup.parts(configuration, quiet: false)
        do {
            let loader = Setup.loader(common, web: web)
            try await Serving(
                parts: parts, environment: ProcessInfo.processInfo.environment, usesActivatedSockets: systemdSocket
            ) { () throws(ConfigurationError) in try loader.load() }.run()
        } catch let error as WebConfigurationError {
            throw Failure(.misuse, error.description)
        } catch let error as ServingError {
            throw Failure(.failed, error.message)
        }
    }
}
