import ArgumentParser
import Sidecar

/// `jobsweep presets`
struct PresetsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "presets",
        abstract: "List the applications whose tables jobsweep knows, or print one's rules.",
        discussion: """
            A preset is a set of rules for one application's tables. `runs` says that the application itself was run on a swept database, \
            `schema` that the rules were held against its tables as published.

              jobsweep presets prefect
            """)

    @Argument(help: "The preset to print, as YAML.", completion: .list(PresetLibrary.names))
    var name: String?

    func run() async throws {
        guard let name else { return try Console.result(PresetText.list) }
        guard let preset = PresetLibrary.preset(name) else {
            throw Failure(.misuse, PresetText.unknown(name))
        }
        try Console.result(preset.text.hasSuffix("\n") ? String(preset.text.dropLast()) : preset.text)
    }
}
