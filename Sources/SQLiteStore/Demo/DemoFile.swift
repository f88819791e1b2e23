import Foundation
import GRDB
import Glibc
import Sweeping

/// The file that a demonstration is written to: it has to be new, and nothing is left of it where that fails.
struct DemoFile {
    let path: String

    /// The database and what SQLite keeps beside it.
    private var names: [String] { ["", "-wal", "-journal", "-shm"].map { path + $0 } }

    func write(_ demo: some Demo) throws(StoreError) -> DemoSummary {
        for name in names where isTaken(name) {
            throw StoreError(
                .cannotOpen, "\(name) exists already and is left alone: choose another path, or remove it first")
        }
        do {
            var demo = demo
            return try fill(&demo)
        } catch {
            for name in names { try? FileManager.default.removeItem(atPath: name) }
            throw StoreError(translating: error, path: path)
        }
    }

    private func fill<Kind: Demo>(_ demo: inout Kind) throws -> DemoSummary {
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL") }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try demo.fill(queue)
        let summary = try queue.read { database in
            try Kind.tables.map { table in
                (table, try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0)
            }
        }
        try queue.close()
        return summary
    }

    /// Whether the name is taken, even by a link that leads nowhere: writing through it would make a file somewhere else.
    private func isTaken(_ name: String) -> Bool {
        var facts = stat()
        return lstat(name, &facts) == 0
    }
}
