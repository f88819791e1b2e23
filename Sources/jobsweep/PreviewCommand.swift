import ArgumentParser

/// `jobsweep preview`
struct PreviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Show what a run would do, with samples, and change nothing.",
        discussion: """
            Takes every decision of a run and reports the numbers that the run would report. It is `jobsweep run --dry-run` with \
            samples of the rows that would go. Where a foreign key, a check or a trigger may refuse a change, only trying tells: \
            then it makes each batch and undoes it, and takes the write lock for that long.

              jobsweep preview --database app.db --only stale_jobs --json
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var sweep: SweepOptions

    func run() async throws {
        try await SweepNow(common: common, sweep: sweep, dryRun: true, showSamples: true).run()
    }
}
