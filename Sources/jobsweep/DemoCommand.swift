import ArgumentParser
import Sidecar
import Sweeping

/// `jobsweep demo`
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Write a demonstration database with a believable history.",
        discussion: """
            The file has the application's own tables and a few months of jobs, downloads and plans. Every operation has something to \
            do on it, and every kind of row that must stay is there. An existing file is never touched.

              jobsweep demo --database demo.db && jobsweep preview --database demo.db
            """)

    @Option(name: .customLong("database"), help: "The file to write; it must not exist yet.", completion: .file())
    var database: String

    func run() async throws {
        let summary: [(table: String, rows: Int)]
        do throws(StoreError) {
            summary = try StoreFactory.writeDemo(to: database, now: SystemClock().now())
        } catch {
            throw Failure(.failed, error.message)
        }
        try Console.result("Wrote \(database):")
        for entry in summary { try Console.result("  \(entry.table): \(entry.rows) rows") }
        try Console.result("See what a sweep would do:  jobsweep preview --database \(database)")
    }
}
