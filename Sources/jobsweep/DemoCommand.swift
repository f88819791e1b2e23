import ArgumentParser
import Sidecar
import Sweeping

/// `jobsweep demo`
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Write a demonstration database with a believable history.",
        discussion: """
            The file has an application's own tables and a few months of what it writes: jobs, downloads and plans, or what the \
            preset that you name is for. Every operation has something to do on it, and every kind of row that must stay is there. An \
            existing file is never touched.

              jobsweep demo --database demo.db && jobsweep preview --database demo.db
              jobsweep demo --preset uptime_kuma --database kuma.db && JOBSWEEP_PRESET=uptime_kuma jobsweep preview --database kuma.db
            """)

    @Option(name: .customLong("database"), help: "The file to write; it must not exist yet.", completion: .file())
    var database: String

    @Option(
        help: "Whose tables: \(StoreFactory.demos.joined(separator: ", ")).", completion: .list(StoreFactory.demos))
    var preset = StoreFactory.demos[0]

    func run() async throws {
        // SQLite takes an empty name for a database that goes away at once.
        guard !database.isEmpty, !database.contains("://") else {
            let trouble = "'\(database)' is no path of a file; a demonstration is an SQLite database"
            throw Failure(.misuse, "--database: \(trouble)")
        }
        guard let summary = try written() else {
            let others = StoreFactory.demos.joined(separator: ", ")
            throw Failure(.misuse, "there is no demonstration of \(preset); there are \(others)")
        }
        try Console.result("Wrote \(database):")
        for entry in summary { try Console.result("  \(entry.table): \(entry.rows) rows") }
        let whose = preset == StoreFactory.demos[0] ? "" : "JOBSWEEP_PRESET=\(preset) "
        try Console.result("See what a sweep would do:  \(whose)jobsweep preview --database \(database)")
    }

    private func written() throws -> [(table: String, rows: Int)]? {
        do throws(StoreError) {
            return try StoreFactory.writeDemo(preset, to: database, now: SystemClock().now())
        } catch {
            throw Failure(.failed, error.message)
        }
    }
}
