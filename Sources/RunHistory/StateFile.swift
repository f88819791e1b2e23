import Foundation
import GRDB
import Glibc
import Sweeping

/// The file of jobsweep's own database: how it is made, opened, and set aside when it is damaged.
struct StateFile: Sendable {
    static let name = "jobsweep.db"

    /// Tells one file from another that took its name.
    typealias Identity = [UInt64]

    let directory: String
    var path: String { directory + "/" + StateFile.name }

    /// Which file the path leads to now; nil when there is none.
    var identity: Identity? {
        var facts = stat()
        return stat(path, &facts) == 0 ? [UInt64(facts.st_dev), UInt64(facts.st_ino)] : nil
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

    /// Opens the database, and takes the steps that it lacks.
    /// - Throws: `StoreError` with `newer` for a file that a later version of jobsweep made its own, `corrupt` for one that SQLite finds
    ///   damaged; `DatabaseError`.
    func open() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "jobsweep.state"
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.read { database in
            try refuseNewer(database)
            try refuseDamaged(database)
        }
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
        try StateMigrations.migrate(queue)
        return queue
    }

    private func refuseNewer(_ database: Database) throws {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version > StateMigrations.majorVersion else { return }
        throw StoreError(
            .newer,
            "the state database \(path) was made by a newer version of jobsweep (its format is \(version), this version knows"
                + " \(StateMigrations.majorVersion)): use that version, or choose another directory with --state")
    }

    /// What SQLite can read isn't damaged, even where it finds a value in a column that was to have another.
    private func refuseDamaged(_ database: Database) throws {
        let findings = try String.fetchAll(database, sql: "PRAGMA quick_check(20)")
        let damage = findings.first { $0 != "ok" && !$0.hasPrefix("NULL value in ") }
        if let damage { throw StoreError(.corrupt, damage) }
    }

    /// Renames a damaged database, so that a new one can take its place and nothing is lost.
    /// - Parameter damaged: which file was found to be damaged; another that has taken its place meanwhile stays.
    /// - Returns: the new name; nil when there was nothing to rename.
    func setAside(_ damaged: Identity?, at now: Timestamp) throws(StoreError) -> String? {
        guard let identity, identity == damaged else { return nil }
        let stamp = now.rfc3339.filter { $0.isNumber || $0 == "T" }
        let aside = "\(path).damaged-\(stamp)"
        guard rename(path, aside) == 0 else {
            throw StoreError(.cannotOpen, "cannot set the damaged \(path) aside: \(String(cString: strerror(errno)))")
        }
        for suffix in ["-wal", "-shm"] { _ = rename(path + suffix, aside + suffix) }
        return aside
    }
}
