import Foundation
import GRDB
import Glibc
import Sweeping

/// The file of jobsweep's own database: how it is made, opened, and set aside when it is damaged.
struct StateFile: Sendable {
    static let name = "jobsweep.db"

    let directory: String
    var path: String { directory + "/" + StateFile.name }

    /// Which file the path leads to now; nil when there is none. It tells a file that was removed or replaced from the one that is
    /// open.
    var identity: [UInt64]? {
        DatabaseFile.facts(path).map { [UInt64($0.st_dev), UInt64($0.st_ino)] }
    }

    /// Makes the directory where it is missing.
    /// - Throws: `StoreError` when it can't be made or written to.
    func prepareDirectory() throws(StoreError) {
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
        } catch {
            throw StoreError(.cannotOpen, "cannot make the state directory \(directory): choose another with --state")
        }
        guard access(directory, W_OK | X_OK) == 0 else {
            throw StoreError(
                .readOnly,
                "cannot write to the state directory \(directory): give this user access, or choose another with --state"
            )
        }
    }

    /// Opens the database, and brings a new one into shape.
    func open() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "jobsweep.state"
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try StateFile.migrations.migrate(queue)
        let health = try queue.read { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") }
        guard health == "ok" else {
            throw StoreError(.corrupt, health ?? "it can't be checked")
        }
        return queue
    }

    /// Renames a damaged database, so that a new one can take its place and nothing is lost.
    /// - Returns: the new name; nil when there was nothing to rename.
    func setAside(at now: Timestamp) throws(StoreError) -> String? {
        guard DatabaseFile.facts(path) != nil else { return nil }
        let stamp = now.rfc3339.filter { $0.isNumber || $0 == "T" }
        let aside = "\(path).damaged-\(stamp)"
        guard rename(path, aside) == 0 else {
            throw StoreError(.cannotOpen, "cannot set the damaged \(path) aside: \(String(cString: strerror(errno)))")
        }
        for suffix in ["-wal", "-shm"] { _ = rename(path + suffix, aside + suffix) }
        return aside
    }

    static var migrations: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: runs and totals") { database in
            try database.execute(
                sql: """
                    CREATE TABLE run (
                        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                        id TEXT NOT NULL UNIQUE,
                        database TEXT NOT NULL,
                        "trigger" TEXT NOT NULL,
                        dry_run INTEGER NOT NULL,
                        operations TEXT NOT NULL,
                        phase TEXT NOT NULL,
                        progress INTEGER NOT NULL,
                        message TEXT NOT NULL,
                        started_at INTEGER NOT NULL, -- microseconds since 1970, like every time here
                        finished_at INTEGER,
                        duration INTEGER,
                        report TEXT,
                        error TEXT
                    );
                    CREATE INDEX run_by_database ON run (database, phase);
                    CREATE INDEX run_by_start ON run (started_at);
                    CREATE TABLE totals (
                        database TEXT PRIMARY KEY NOT NULL,
                        document TEXT NOT NULL
                    );
                    """)
        }
        return migrator
    }
}
