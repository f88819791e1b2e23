import ArgumentParser
import Sidecar

/// `jobsweep token`
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Print the control token, which changes something over HTTP where there are no users.",
        discussion: """
            It is kept in the state directory and made where there is none yet. The status page asks for it once.

              curl -X POST -H "Authorization: Bearer $(jobsweep token)" -H 'Content-Type: application/json' \\
                -d '{"job_type": "cleanup", "dry_run": true}' http://127.0.0.1:9745/api/jobs/run
            """)

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let configuration = try Setup.configuration(common)
        let token: ControlToken
        do throws(ControlTokenError) {
            token = try ControlToken.obtain(in: configuration.state)
        } catch {
            throw Failure(.failed, error.description)
        }
        try Console.result(token.text)
    }
}
