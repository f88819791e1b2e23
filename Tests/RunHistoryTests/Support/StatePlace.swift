import Foundation
import GRDB
import RunHistory
import Sweeping
import Synchronization

/// A state directory of one test, what was warned of there, and a clock; it goes when the last reference to it does.
final class StatePlace: Sendable {
    /// 2026-01-02T12:00:00Z.
    static let noon = Timestamp(microseconds: 1_767_355_200_000_000)

    let folder: String
    let now = Mutex(StatePlace.noon)
    private let warnings = Mutex<[String]>([])

    init() throws {
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("jobsweep-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        folder = place.resolvingSymlinksInPath().path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    var directory: String { folder + "/state" }
    var file: String { directory + "/jobsweep.db" }
    var told: [String] { warnings.withLock { $0 } }
    var files: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted() }

    func open(_ database: String = "/data/app.db") throws -> StateDatabase {
        try StateDatabase(
            directory: directory, databaseName: database, now: { self.now.withLock { $0 } },
            warn: { warning in self.warnings.withLock { $0.append(warning) } })
    }

    /// Puts the state directory of version 0.1.0 here that the fixture is a dump of.
    func restoreVersion010() throws {
        let dump = Bundle.module.url(forResource: "Fixtures/state-0.1.0", withExtension: "sql")
        guard let dump else { throw CocoaError(.fileNoSuchFile) }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try edit(try String(contentsOf: dump, encoding: .utf8))
    }

    /// Changes the file behind jobsweep's back.
    func edit(_ sql: String) throws {
        let queue = try DatabaseQueue(path: file)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }

    /// Values out of the file, as text.
    func values(_ sql: String) throws -> [String] {
        let queue = try DatabaseQueue(path: file)
        defer { try? queue.close() }
        return try queue.read { try String.fetchAll($0, sql: sql) }
    }
}
