import ArgumentParser
import Sidecar
import Sweeping

/// `jobsweep run`
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Sweep once, now.",
        discussion: """
            Settles stale jobs, deletes old jobs and old download records, and resets stuck plans, as the configuration says. \
            Only one run at a time works on a database: where another is under way, this one is refused with exit code 4.

            Ctrl-C ends the run at its next batch; what it did is kept, and the next run takes up the rest.

              jobsweep run --database app.db --only old_jobs,old_downloads
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var sweep: SweepOptions

    @Flag(name: .customLong("dry-run"), help: "Decide and count, but change nothing.")
    var dryRun = false

    func run() async throws {
        try await SweepNow(common: common, sweep: sweep, dryRun: dryRun, showSamples: false).run()
    }
}
