import Foundation
import GRDB
import Sweeping

/// One run's connection to the application's SQLite file.
package struct SQLiteSession: MaintenanceSession {
    package typealias Key = RowKey
    package typealias Cursor = ScanCursor

    let queue: DatabaseQueue
    let file: DatabaseFile
    let gate: BusyGate
    let options: SessionOptions
    let schema: ApplicationSchema
    let styles = StyleCache()
    private var path: String { file.path }

    static func open(_ file: DatabaseFile, tables: ApplicationTables, options: SessionOptions) async throws
        -> SQLiteSession
    {
        let gate = BusyGate(isStopping: options.isStopping)
        gate.allow(options.busyTimeout)
        let queue = try await DatabaseConnection.open(file, readOnly: false, gate: gate)
        do {
            let schema = try await queue.writeWithoutTransaction { try ApplicationSchema(tables, in: $0) }
            return SQLiteSession(queue: queue, file: file, gate: gate, options: options, schema: schema)
        } catch {
            throw StoreError(translating: error, path: file.path)
        }
    }

    /// Does `work` on the database's own queue; each statement waits for other connections' locks as long as a run may.
    func perform<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await queue.writeWithoutTransaction { database in
                gate.allow(options.busyTimeout)
                return try work(database)
            }
        } catch {
            throw StoreError(translating: error, path: path)
        }
    }

    /// Changes `keys.count` rows with `step`. A dry run only tries where the database may refuse something.
    func change(
        _ operation: Sweeping.Operation, count: Int,
        refusalAtCommit: @escaping @Sendable (Database, Int) throws -> String? = { _, _ in nil },
        step: @escaping @Sendable (Database, Int) throws -> Void
    ) async throws -> BatchOutcome {
        if options.dryRun, !schema.mayRefuse(operation) {
            return BatchOutcome(rows: Array(repeating: .done, count: count))
        }
        var outcome = try await perform { database in
            var writer = BatchWriter(
                database: database, gate: gate, busyTimeout: options.busyTimeout, rehearsal: options.dryRun)
            writer.refusalAtCommit = refusalAtCommit
            return try writer.run(count: count, step: step)
        }
        outcome.logBytes = file.writeAheadLogBytes
        return outcome
    }

    package func check(_ operation: Sweeping.Operation) async throws {
        try schema.check(operation)
    }

    package func relieveLog() async throws -> Int64 {
        try await perform { database in
            let log = try database.checkpoint(.passive)
            return Int64(max(0, log.walFrameCount - log.checkpointedFrameCount)) * 4096
        }
    }

    package func tidyUp() async throws {
        try await perform { database in
            // Where the application never ran ANALYZE, its statistics' table isn't jobsweep's to create.
            guard try database.tableExists("sqlite_stat1") else { return }
            try database.execute(sql: "PRAGMA analysis_limit = 400; PRAGMA optimize")
        }
    }

    package func close() async {
        try? queue.close()
    }
}
