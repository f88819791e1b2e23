import ArgumentParser
import RowArchive
import Sidecar
import Sweeping

/// `jobsweep restore`
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put back what a run deleted or changed.",
        discussion: """
            A run keeps each row that it is about to delete or change, and those that go with it, in an archive below the state directory \
            (settings `archive.…`). This puts them back in short batches: deleted rows with every value to the bit, and changed ones \
            where they still are what the run made of them. A row whose key is another's by now, or whose parent is gone, is reported and \
            left. Doing it twice changes nothing, and what was interrupted is done by doing it again.

            The archive of a database that was moved or renamed since is under its old name, which --taken-from gives; the tables have to be \
            the same ones.

            The next run takes the rows again, since they are as old as they were; --hold keeps them out of its reach for a while.

              jobsweep history --database app.db
              jobsweep restore 5f0c… --database app.db --dry-run
              jobsweep restore 5f0c… --database app.db --only old_jobs --hold 7d
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The run's id, as `jobsweep history` and its report give it.")
    var run: String

    @Option(
        name: .customLong("only"),
        help: ArgumentHelp("Only what these operations took, separated by commas.", valueName: "operations"))
    var only: OperationList?

    @Flag(name: .customLong("dry-run"), help: "Say what would be put back, and change nothing.")
    var dryRun = false

    @Option(
        name: .customLong("hold"),
        help: ArgumentHelp("For so long no run takes the rows again, such as 7d.", valueName: "duration"))
    var hold: String?

    @Option(
        name: .customLong("taken-from"),
        help: ArgumentHelp(
            "Where this database was when the run took its rows, should it have been moved since.",
            valueName: "database"))
    var takenFrom: String?

    @Flag(name: .customLong("json"), help: "Print the report as JSON, and nothing else, on standard output.")
    var json = false

    func run() async throws {
        let configuration = try Setup.configuration(common)
        let parts = try Setup.parts(configuration, quiet: true)
        let found = Result { () throws(ArchiveError) in try parts.restores.archive(ofRun: run, takenFrom: takenFrom)
        }
        let known = RestoreJob.operations(of: configuration.sweep, and: try? found.get())
        let request = RestoreRequest(
            id: RestoreJob.newID(), runID: run, dryRun: dryRun, operations: try only?.checked(against: known),
            hold: try span, by: .cli)
        let archive: ArchiveFile
        do throws(ArchiveError) {
            archive = try found.get()
        } catch {
            throw Failure(.failed, error.description)
        }
        let control = RunControl()
        let display = ProgressDisplay(configuration.log.format)
        let report: RestoreReport
        do throws(RunRefusal) {
            defer { display.finish() }
            report = try await Interruption.whileWaiting { () async throws(RunRefusal) in
                try await parts.restores.execute(
                    request, of: archive, policy: configuration.sweep, control: control, onProgress: display.show)
            } onSignal: {
                Console.notice("jobsweep: the restore ends at its next batch")
                control.cancel()
            }
        } catch {
            throw Failure(.anotherRun, error.description)
        }
        try Console.result(json ? RestoreText.json(report, pretty: true) : RestoreText.summary(report))
        throw ExitStatus(report.status).code
    }

    private var span: Duration? {
        get throws {
            guard let hold else { return nil }
            do {
                return try DurationText.parse(hold)
            } catch {
                throw Failure(.misuse, "--hold \(error)")
            }
        }
    }
}
