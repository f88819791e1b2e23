import Foundation
import PostgresStore
import RunHistory
import SQLiteStore
import Sweeping

/// The one place that knows which engine belongs to which database.
package enum StoreFactory {
    /// - Parameter note: is told what the database's server has to say.
    package static func store(
        _ location: DatabaseLocation, limits: PressureLimits = PressureLimits(),
        note: @escaping @Sendable (String) -> Void = { _ in }
    ) -> any MaintenanceStore {
        switch location {
        case .sqlite(let path): SQLiteMaintenanceStore(path: path)
        case .postgres(let address): PostgresMaintenanceStore(address, limits: limits, note: note)
        }
    }

    /// What can be done about the space of deleted rows.
    static func space(
        _ location: DatabaseLocation, store: any MaintenanceStore, policy: SweepPolicy, clock: any SweepClock
    ) -> SpaceWork {
        switch location {
        case .sqlite(let path):
            .rewriting(
                CompactionJob(
                    store: store, compactor: SQLiteCompactor(SQLiteMaintenanceStore(path: path)), policy: policy,
                    clock: clock))
        case .postgres(let address):
            .reusing(
                SpaceReuseJob(
                    database: store.name, reuser: PostgresSpace(PostgresMaintenanceStore(address)), policy: policy))
        }
    }

    /// - Throws: `StoreError` when the directory can't be used.
    package static func history(
        directory: String, database: String, clock: any SweepClock, warn: @escaping @Sendable (String) -> Void
    ) throws(StoreError) -> any RunHistory {
        try StateDatabase(directory: directory, databaseName: database, now: { clock.now() }, warn: warn)
    }

    /// The presets that have a demonstration; the first is meant where none is named.
    package static var demos: [String] { Demos.presets }

    /// Whether a database of that name is where this process can see it, and another one than `own`: SQLite's are called by their paths,
    /// of which an old one may lead to the new; a server's aren't seen.
    static func sees(_ name: String, beside own: String) -> Bool {
        name.hasPrefix("/") && FileManager.default.fileExists(atPath: name)
            && !SQLiteMaintenanceStore(path: name).name.isSame(as: own)
    }

    /// What the disk of a directory has room for; nil where that can't be told.
    package static func room(in directory: String) -> StorageRoom? {
        try? DiskRoom.of(directory).storage(for: "the state directory")
    }

    /// Writes a demonstration database.
    /// - Returns: how many rows it has, by table; nil where the preset has no demonstration.
    /// - Throws: `StoreError`; then nothing is left at `path`.
    package static func writeDemo(
        _ preset: String, to path: String, now: Timestamp
    ) throws(StoreError) -> [(table: String, rows: Int)]? {
        try Demos.write(preset, to: path, now: now)
    }
}
