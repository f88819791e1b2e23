import Dispatch
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
    let schema: DatabaseSchema
    let styles = StyleCache()
    let foreignWrites = ForeignWrites()
    let memory: WritingMemory
    private let logKeeper: LogKeeper?
    /// Applications wait for a lock for five seconds, as most drivers do unless they are told otherwise: no row is worth as much.
    static let longestHold: Duration = .seconds(3)
    private var path: String { file.path }

    static func open(_ file: DatabaseFile, options: SessionOptions) async throws -> SQLiteSession {
        let gate = BusyGate(isStopping: options.isStopping)
        gate.allow(options.busyTimeout)
        let queue = try await DatabaseConnection.open(file, readOnly: false, gate: gate)
        do {
            let (schema, memory) = try await queue.writeWithoutTransaction { database in
                // A batch's pages fit into so many KiB: SQLite's usual 2 MB would write many of them twice.
                try database.execute(sql: "PRAGMA cache_size = -5120")
                let schema = try DatabaseSchema(database)
                return (schema, WritingMemory(schemaVersion: schema.version))
            }
            let keeper =
                options.dryRun ? nil : await LogKeeper.start(beside: queue, of: file)
            return SQLiteSession(
                queue: queue, file: file, gate: gate, options: options, schema: schema, memory: memory,
                logKeeper: keeper)
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

    /// The write-ahead log's content in bytes; where nobody counts it, its file's length.
    var logBytes: Int64 { logKeeper?.logBytes ?? file.writeAheadLogBytes }

    /// To be called after each of this session's own transactions, at once: the application's next commit would otherwise be the
    /// first to find the log long.
    func changed(_ database: Database) {
        logKeeper?.wake()
        foreignWrites.catchUp(database)
    }

    package func relieveLog() async throws -> Int64 {
        if let logKeeper { return try await logKeeper.move() }
        return try await perform { try LogKeeper.move(in: $0) }
    }

    package func tidyUp() async throws {
        try await perform { database in
            // Where the application never ran ANALYZE, its statistics' table isn't jobsweep's to create.
            guard try database.tableExists("sqlite_stat1") else { return }
            try database.execute(sql: "PRAGMA analysis_limit = 400; PRAGMA optimize")
        }
    }

    package func close() async {
        await withCheckedContinuation { continuation in
            // The last connection to close moves the write-ahead log into the database, which Swift's own threads must not do.
            DispatchQueue.global().async {
                logKeeper?.close()
                try? queue.close()
                continuation.resume()
            }
        }
    }
}
