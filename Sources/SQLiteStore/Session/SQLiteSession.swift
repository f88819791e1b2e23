import GRDB
import Sweeping

/// One run's connection to the application's SQLite file.
package struct SQLiteSession: MaintenanceSession {
    package typealias Key = RowKey
    package typealias Cursor = ScanCursor

    private let connection: SessionConnection
    let file: DatabaseFile
    let gate: BusyGate
    let options: SessionOptions
    let schema: DatabaseSchema
    let times: TimeColumns
    let foreignWrites = ForeignWrites()
    let memory: WritingMemory
    let gone = GoneRows()
    let settled = SettledRows()
    let rehearsed: RehearsedRows
    let keptTables = KeptTablesMemory()
    private let checkpointer: Checkpointer?
    /// Applications wait for a lock for five seconds, as most drivers do unless they are told otherwise: no row is worth as much.
    static let longestHold: Duration = .seconds(3)
    /// Nil for a dry run, which writes nothing.
    let files: RunFiles?
    let rehearsal: Rehearsal
    let end = SessionEnd()

    var queue: DatabaseQueue { connection.queue }

    static func open(_ file: DatabaseFile, options: SessionOptions) async throws -> SQLiteSession {
        let gate = BusyGate(isStopping: options.isStopping)
        gate.allow(options.busyTimeout)
        let connection = try await SessionConnection.open(file, for: options.dryRun ? .look : .run, gate: gate)
        do {
            let (schema, memory, usesLog) = try await connection.perform { database in
                let schema = try DatabaseSchema(database)
                return (schema, try WritingMemory(schemaVersion: schema.version, database), database.usesLog)
            }
            var checkpointer: Checkpointer?
            var files: RunFiles?
            if !options.dryRun {
                let opened = RunFiles(of: file, usesLog: usesLog)
                try opened.check()
                try WritePermission.checkFilesMade(beside: file)
                checkpointer = await Checkpointer.start(beside: connection.queue, of: file, files: opened)
                files = opened
            }
            let session = SQLiteSession(
                connection: connection, file: file, gate: gate, options: options, schema: schema,
                times: TimeColumns(options), memory: memory,
                rehearsed: RehearsedRows(longest: options.longestRehearsal), checkpointer: checkpointer, files: files,
                rehearsal: Rehearsal(file, gate: gate))
            try await connection.perform { session.foreignWrites.catchUp($0) }
            return session
        } catch {
            await connection.close()
            throw StoreError(translating: error, path: file.path)
        }
    }

    /// Does `work` on the database's own queue; each statement waits for other connections' locks as long as a run may.
    /// - Throws: `StoreError`; once one of them has ended the session, that one for ever.
    func perform<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await perform(connection.perform, work)
    }

    private func perform<Value: Sendable>(
        _ connection: (@escaping @Sendable (Database) throws -> Value) async throws -> Value,
        _ work: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try end.check()
        do {
            return try await connection { database in
                gate.allow(options.busyTimeout)
                try files?.check()
                return try work(database)
            }
        } catch {
            var failure = StoreError(translating: error, path: file.path)
            // Whatever SQLite made of it, the file that isn't there any more is the reason.
            if let files, failure.code != .connectionLost, failure.code != .replaced {
                do { try files.check() } catch { failure = error }
            }
            if failure.code == .replaced || failure.code == .connectionLost { end.note(failure) }
            throw failure
        }
    }

    /// Does `work`, which takes back all that it changes, where a dry run tries things.
    func rehearse<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await perform(rehearsal.perform, work)
    }

    /// The write-ahead log's content in bytes; where nobody counts it, its file's length.
    var logBytes: Int64 { checkpointer?.logBytes ?? file.writeAheadLogBytes }

    /// To be called after each of this session's own transactions, at once: the application's next commit would otherwise be the
    /// first to find the log long.
    func changed(_ database: Database) {
        checkpointer?.wake()
    }

    /// Whether this session shares the file with others by SQLite's locks; without them there is nobody.
    var isShared: Bool { connection.isShared }

    package func relieveLog() async throws -> Int64? {
        // The log isn't a look's to move.
        guard !options.dryRun else { return 0 }
        try end.check()
        if let checkpointer { return try await checkpointer.move() }
        return try await perform { try Checkpointer.move(in: $0) }
    }

    package func tidyUp() async throws {
        try await perform { database in
            // Where the application never ran ANALYZE, its statistics' table isn't jobsweep's to create.
            guard try database.tableExists("sqlite_stat1") else { return }
            try database.execute(sql: "PRAGMA analysis_limit = 400; PRAGMA optimize")
        }
    }

    package func close() async {
        // The log of a file that was replaced would go over the new one.
        let leavingLog = files?.areInPlace == false
        await checkpointer?.close(leavingLog: leavingLog)
        await connection.close(leavingLog: leavingLog)
        // Last, since only the last connection can take away what SQLite made for the rehearsal.
        await rehearsal.close()
    }
}
