import ArgumentParser
import Sidecar

/// `jobsweep config`
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print the configuration in force and where each value came from.",
        discussion: """
            A flag wins over the environment, the environment over the file, the file over the default. What is printed is itself \
            a configuration file.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var web: WebOptions

    @Flag(name: .customLong("reference"), help: "Print what every setting means instead, as Markdown.")
    var reference = false

    func run() async throws {
        guard !reference else { return try Console.result(SettingsReference.markdown()) }
        try Console.result(Setup.configuration(common, web: web).describe().joined(separator: "\n"))
    }
}
