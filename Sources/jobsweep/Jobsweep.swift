import ArgumentParser
import Sidecar

/// The command line's root.
struct Jobsweep: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobsweep",
        abstract: "Keeps an application's job database clean, on a schedule, beside the live application.",
        discussion: """
            jobsweep settles jobs that died, deletes old jobs and old download records, and resets plans that wait for nothing. \
            It works in short batches, so the application is never held up, and it tells Prometheus what it did.

            Try it on a demonstration database:

              jobsweep demo --database demo.db
              jobsweep preview --database demo.db
              jobsweep run --database demo.db
              jobsweep serve --database demo.db

            Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 done with errors, 4 another run is under way.
            """,
        version: "jobsweep \(Version.whole)",
        subcommands: [
            ServeCommand.self, RunCommand.self, PreviewCommand.self, CheckCommand.self, InitCommand.self,
            PresetsCommand.self, ConfigCommand.self,
            HistoryCommand.self, RestoreCommand.self, ApproveCommand.self, VacuumCommand.self, DemoCommand.self,
            HashPasswordCommand.self,
            TokenCommand.self, MetricsCommand.self, GenerateCommand.self, VersionCommand.self,
        ])
}
