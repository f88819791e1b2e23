import ArgumentParser
import Sidecar

/// `jobsweep version`
struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Print the version, the commit that it was built from and its date, and the libraries in use.",
        discussion: "`jobsweep --version` prints the same in one line.")

    @Flag(name: .customLong("json"), help: "Print JSON.")
    var json = false

    func run() async throws {
        try Console.result(json ? VersionText.json : VersionText.lines)
    }
}
