import ArgumentParser
import Sidecar
import Sweeping

/// `jobsweep vacuum`
struct VacuumCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vacuum",
        abstract: "Give the space of deleted rows back to the disk (SQLite), or to new rows at once (PostgreSQL).",
        discussion: """
            Deleted rows leave free pages inside the file, which new rows use again. Only SQLite's VACUUM gives them back to the disk, \
            and jobsweep never does that unasked: from its beginning to its end nobody else can write to the database (with a \
            rollback journal, nobody else can read it either), and for a while it takes up to twice the file's size on the disk. This \
            command looks whether there is room, says what it would give back and for how long it would hold the others up, and asks.

            Journal mode, page size and auto-vacuum setting stay as they are. Rows of tables without an INTEGER PRIMARY KEY get new \
            rowids: an application must not remember those, or its references lead elsewhere afterwards.

            Ctrl-C or SIGTERM ends it and leaves the database as it was. While a run is under way it is refused with exit code 4; and \
            no run starts while it works.

            PostgreSQL gives the space of deleted rows to new ones by itself (autovacuum). There this command shows each table's dead \
            rows, when autovacuum begins and when it was there last, and has VACUUM (SKIP_LOCKED, TRUNCATE false, ANALYZE) done at \
            once; nobody is kept out.

              jobsweep vacuum --database app.db --dry-run
              SQLITE_TMPDIR=/mnt/big jobsweep vacuum --database app.db
            """)

    @OptionGroup var common: CommonOptions

    @Flag(name: .customLong("yes"), help: "Don't ask. Needed where standard input is no terminal.")
    var yes = false

    @Flag(name: .customLong("dry-run"), help: "Show the figures, and change nothing.")
    var dryRun = false

    @Flag(name: .customLong("json"), help: "Print the figures as JSON, and nothing else, on standard output.")
    var json = false

    func run() async throws {
        guard dryRun || yes || Console.inputIsTerminal else {
            throw Failure(
                .misuse,
                "vacuum asks before it begins, and standard input is no terminal: give --yes to let it begin, or --dry-run to"
                    + " see the figures")
        }
        let configuration = try Setup.configuration(common)
        do {
            switch try Setup.parts(configuration, quiet: true).space {
            case .rewriting(let job):
                if dryRun { return try await show(job) }
                if !yes { try await ask(job) }
                try await job.claimed { try await carryOut(job) }
            case .reusing(let job): try await SpaceReuseSteps(job: job, yes: yes, dryRun: dryRun, json: json).run()
            }
        } catch let refusal as RunRefusal {
            throw Failure(.anotherRun, refusal.description)
        } catch let error as StoreError {
            throw Failure(.failed, error.message)
        } catch is StopReason {
            throw Failure(.failed, "VACUUM was ended; the database is as it was")
        }
    }

    /// Shows the figures, and says where a real one would be refused.
    private func show(_ job: CompactionJob) async throws {
        let plan = try await job.plan()
        try Console.result(
            json
                ? CompactionText.json(plan, of: job.databaseName)
                : CompactionText.describe(plan, of: job.databaseName))
        try plan.checkRoom()
    }

    /// Shows the figures and asks. Runs may start while the question stands: nobody knows for how long it will.
    private func ask(_ job: CompactionJob) async throws {
        let plan = try await job.claimed { try await job.plan() }
        let text = CompactionText.describe(plan, of: job.databaseName)
        if json { Console.notice(text) } else { try Console.result(text) }
        try plan.checkRoom()
        try Console.confirm()
    }

    private func carryOut(_ job: CompactionJob) async throws {
        let plan = try await job.plan()
        if yes, !json { try Console.result(CompactionText.describe(plan, of: job.databaseName)) }
        try plan.checkRoom()
        let outcome = try await Interruption.whileVacuuming { try await job.compact(control: $0) }
        try Console.result(
            json
                ? CompactionText.json(plan, of: job.databaseName, outcome: outcome)
                : CompactionText.summary(outcome))
    }
}
