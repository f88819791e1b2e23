import ArgumentParser
import Foundation
import Sidecar
import Sweeping

/// `jobsweep check`
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check configuration, database schema and permissions, and say how to mend what is wrong.",
        discussion:
            "Changes nothing. Exit code 0 means that a run would find all that it needs, 1 that the database has a problem, 2 that the configuration has one."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var web: WebOptions

    func run() async throws {
        let configuration = try Setup.configuration(common, web: web)
        let source = configuration.file.map { "\($0) is good" } ?? "no file; flags, environment and defaults are good"
        try Console.result("ok       configuration: \(source)")
        let parts = try Setup.parts(configuration, quiet: true)
        let isWebGood = try checkWeb(configuration, parts)
        let isTokenGood = try checkToken(configuration)
        let findings: [Finding]
        do {
            let look = DatabaseLook(parts.store, clock: parts.clock, timeZone: configuration.timeZone)
            findings =
                try await look.findings(on: configuration.presets) + (try await look.findings(on: configuration.sweep))
        } catch {
            throw Failure(.failed, "\(error)")
        }
        for finding in findings {
            let level = finding.level.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
            try Console.result("\(level) \(finding.subject): \(finding.message)")
        }
        for concern in await StandingConcerns.found(parts) {
            try Console.result("advice   \(concern.subject): \(concern.message)")
        }
        if !isWebGood || !isTokenGood || findings.contains(where: { $0.level == .problem }) {
            throw ExitStatus.failed.code
        }
    }

    /// Looks at the control token and makes none. False where one is there that nothing would take.
    private func checkToken(_ configuration: Configuration) throws -> Bool {
        let token: ControlToken?
        do throws(ControlTokenError) {
            token = try ControlToken.read(in: configuration.state)
        } catch {
            try Console.result("problem  control token: \(error)")
            return false
        }
        if token != nil {
            try Console.result("ok       control token: \(ControlToken.path(in: configuration.state)) is good")
        }
        return true
    }

    /// False where clients will refuse what is served.
    private func checkWeb(_ configuration: Configuration, _ parts: SidecarParts) throws -> Bool {
        guard let file = configuration.web.configFile else { return true }
        let web: WebConfiguration
        do throws(WebConfigurationError) {
            web = try WebServer(configuration.web, logger: parts.logger).configuration()
        } catch {
            throw Failure(.misuse, error.description)
        }
        let users = web.users.count == 1 ? "1 user" : "\(web.users.count) users"
        try Console.result(
            "ok       web configuration: \(file) is good: \(users), TLS \(web.tls == nil ? "off" : "on")")
        let now = Int64(Date().timeIntervalSince1970)
        let problems = web.chain?.problems(at: now) ?? []
        for problem in problems { try Console.result("problem  TLS certificate: \(problem)") }
        for advice in web.chain?.advice(at: now) ?? [] { try Console.result("advice   TLS certificate: \(advice)") }
        for notice in web.notices { try Console.result("advice   web configuration: \(notice)") }
        return problems.isEmpty
    }
}
