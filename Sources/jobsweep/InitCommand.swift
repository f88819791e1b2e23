import ArgumentParser
import Foundation
import Sidecar
import Sweeping

/// `jobsweep init`
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Look at a database, recognize the application, and write a configuration for it.",
        discussion: """
            Shows which application the tables belong to, how large they are and how far back they go, and what a run would do now, as \
            comments in a short configuration with only what differs from the preset. For a database that isn't recognized it proposes \
            rules, all of them switched off. Nothing in the database is changed. A state directory that is given (--state) goes into the file.

              jobsweep init --database app.db --output jobsweep.yml
            """)

    @OptionGroup var common: CommonOptions

    @Option(
        name: .customLong("output"),
        help: "The file to write, which must not exist yet. Without it, the configuration goes to standard output.",
        completion: .file())
    var output: String?

    func run() async throws {
        let configuration = try Setup.configuration(common, findsState: false)
        guard let database = configuration.database else {
            throw Failure(.misuse, "no database is given: use --database PATH, such as jobsweep init --database app.db")
        }
        let clock = SystemClock()
        let look = DatabaseLook(database, clock: clock, timeZone: configuration.timeZone)
        let text: String
        do {
            let survey = try await look.survey()
            if let refused = survey.recognition.refused.first {
                throw Failure(
                    .failed, "this is a database of \(refused.name), which jobsweep leaves alone: \(refused.reason)")
            }
            let policy = configuration.policy(presets: survey.recognition.matches.map(\.preset))
            let isKnown = !survey.recognition.matches.isEmpty
            text =
                InitialConfiguration(
                    database: "\(database)", state: configuration.state, survey: survey,
                    preview: isKnown ? await look.preview(policy) : nil,
                    findings: isKnown ? try await look.findings(on: policy) : [], now: clock.now()
                ).text
        } catch let error as StoreError {
            throw Failure(.failed, error.message)
        }
        guard let output else { return try Console.result(String(text.dropLast())) }
        try write(text, to: output)
        Console.notice("Wrote \(output). See what a run would do:  jobsweep preview --config.file \(output)")
    }

    /// A file that is there is somebody's work.
    private func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
        } catch let error as CocoaError where error.code == .fileWriteFileExists {
            throw Failure(.misuse, "\(path) is there already, and stays as it is: name another file")
        } catch {
            throw Failure(.failed, "\(path) can't be written: \(error.localizedDescription)")
        }
    }
}
