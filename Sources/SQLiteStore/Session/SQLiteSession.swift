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
    let schema: ApplicationSchema
    /// Nil where SQLite's own cascade takes along what goes with a job.
    let children: ChildRows?
    let styles = StyleCache()
    let foreignWrites = ForeignWrites()
    let memory: WritingMemory
    private let logKeeper: LogKeeper?
    /// Applications wait for a lock for five seconds, as most drivers do unless they are told otherwise: no row is worth as much.
    static let longestHold: Duration = .seconds(3)
    private var path: String { file.path }

    static func open(_ file: DatabaseFile, tables: ApplicationTables, options: SessionOptions) async throws
        -> SQLiteSession
    {
        let gate = BusyGate(isStopping: options.isStopping)
        gate.allow(options.busyTimeout)
        let queue = try await DatabaseConnection.open(file, readOnly: false, gate: gate)
        do {
            let (schema, children, memory) = try await queue.writeWithoutTransaction { database in
                // A batch's pages fit into so many KiB: SQLite's usual 2 MB would write many of them twice.
                try database.execute(sql: "PRAGMA cache_size = -5120")
                let version = try ChildRows.schemaVersion(database)
                let schema = try ApplicationSchema(tables, in: database)
                let children = try ChildRows.find(schema, asOf: version, in: database)
                return (schema, children, WritingMemory(schemaVersion: version))
            }
            let keeper =
                options.dryRun ? nil : await LogKeeper.start(beside: queue, of: file)
            return SQLiteSession(
                queue: queue, file: file, gate: gate, options: options, schema: schema, children: children,
                memory: memory, logKeeper: keeper)
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

    /// Changes rows with `statement`, which is given `values` for each. A dry run only tries where the database may refuse something.
    /// - Parameters:
    ///   - hold: for how long the rows may hold the write lock.
    ///   - children: what goes with the rows, where SQLite's own cascade isn't to see to it.
    func change(
        _ operation: Sweeping.Operation, _ keys: [Key], by statement: GuardedStatement, within hold: Duration,
        setting values: @escaping @Sendable (Int) -> [DatabaseValue] = { _ in [] }, with children: ChildRows? = nil
    ) async throws -> BatchOutcome {
        let mayRefuse = schema.mayRefuse(operation)
        if options.dryRun, !mayRefuse {
            return BatchOutcome(rows: Array(repeating: .done, count: keys.count))
        }
        var outcome = try await perform { database in
            let othersWrote = foreignWrites.areNew(database)
            defer { changed(database) }
            let change = try RowChange(database: database, statement: statement, values: values) { keys[$0] }
            defer { change.clear() }
            var writer = BatchWriter(
                database: database, gate: gate, busyTimeout: options.busyTimeout, rehearsal: options.dryRun,
                mayRefuse: mayRefuse, memory: memory, hold: hold, longestHold: SQLiteSession.longestHold,
                othersWrote: othersWrote, change: change, children: children?.unlessOutdated)
            do {
                return try writer.run(count: keys.count)
            } catch is ChildRows.Outdated {
                writer.children = nil
                return try writer.run(count: keys.count)
            }
        }
        outcome.logBytes = logBytes
        return outcome
    }

    /// The write-ahead log's content in bytes; where nobody counts it, its file's length.
    var logBytes: Int64 { logKeeper?.logBytes ?? file.writeAheadLogBytes }

    /// To be called after each of this session's own transactions, at once: the application's next commit would otherwise be the
    /// first to find the log long.
    func changed(_ database: Database) {
        logKeeper?.wake()
        foreignWrites.catchUp(database)
    }

    package func check(_ operation: Sweeping.Operation) async throws {
        try schema.check(operation)
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
