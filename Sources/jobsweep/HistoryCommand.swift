import ArgumentParser
import Foundation
import Sidecar
import Sweeping

/// `jobsweep history`
struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List past runs and restores, newest first.",
        discussion: """
            Runs are remembered for 400 days, whoever started them: the schedule, the API or the command line. A restore names the run whose \
            rows it put back, and says who asked for it in --json.
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(name: .customLong("limit"), help: "How many runs to list at most.")
    var limit = 50

    @Flag(name: .customLong("json"), help: "Print the runs as JSON.")
    var json = false

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1, not \(limit)") }
    }

    func run() async throws {
        let configuration = try Setup.configuration(common)
        let parts = try Setup.parts(configuration, quiet: true)
        let page = await parts.history.runs(phase: nil, limit: limit, offset: 0)
        if json {
            try Console.result(RunList.json(page, limit: limit))
        } else {
            try Console.result(RunList.table(page, operations: configuration.sweep.catalogue))
        }
    }
}
