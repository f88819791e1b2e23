import GRDB
import GRDBSQLite
import Synchronization

/// Moves the write-ahead log's content into the database beside the run, over a connection of its own.
///
/// While it works it holds the checkpoint lock, so the application's own commits find no checkpoint to do: what a run wrote
/// isn't moved at the expense of the application's next insert. A passive checkpoint stops at what readers still need and
/// holds up no writer.
final class Checkpointer: Sendable {
    private let connection: SessionConnection
    private let queue: DatabaseQueue
    private let files: RunFiles
    private let gate: BusyGate
    private let isBusy = Atomic(false)
    /// How many pages the log holds since it began anew, as of the run's last commit. Its file doesn't tell: it keeps its length.
    private let pages = Atomic<Int64>(0)
    private let pageBytes: Int64

    private init(_ connection: SessionConnection, files: RunFiles, gate: BusyGate, pageBytes: Int64) {
        self.connection = connection
        queue = connection.queue
        self.files = files
        self.gate = gate
        self.pageBytes = pageBytes
    }

    /// The log's content in bytes, as of the run's last commit.
    var logBytes: Int64 { pages.load(ordering: .relaxed) * pageBytes }

    /// - Returns: nil where there is no write-ahead log, or no second connection to be had; SQLite's own checkpoints go on then.
    static func start(beside database: DatabaseQueue, of file: DatabaseFile, files: RunFiles) async -> Checkpointer? {
        let usesLog = try? await database.writeWithoutTransaction { $0.usesLog }
        // What it waits for is its own, not the run's.
        let gate = BusyGate { false }
        gate.allow(.seconds(1))
        guard usesLog == true, let connection = try? await SessionConnection.open(file, for: .run, gate: gate) else {
            return nil
        }
        guard let page = try? await connection.perform({ try Int64.fetchOne($0, sql: "PRAGMA page_size") }) else {
            await connection.close()
            return nil
        }
        let checkpointer = Checkpointer(connection, files: files, gate: gate, pageBytes: page)
        try? await database.writeWithoutTransaction { checkpointer.watch($0) }
        return checkpointer
    }

    /// Counts what the run's connection writes, instead of SQLite's own checkpoints in the middle of it.
    ///
    /// The connection doesn't keep this alive: who commits there holds the session, and that holds this.
    private func watch(_ database: Database) {
        let checkpointer = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_wal_hook(
            database.sqliteConnection,
            { checkpointer, _, _, pages in
                guard let checkpointer else { return SQLITE_OK }
                Unmanaged<Checkpointer>.fromOpaque(checkpointer).takeUnretainedValue().pages.store(
                    Int64(pages), ordering: .relaxed)
                return SQLITE_OK
            }, checkpointer)
    }

    /// Has the log moved soon; returns at once.
    func wake() {
        guard !isBusy.exchange(true, ordering: .acquiringAndReleasing) else { return }
        queue.asyncWriteWithoutTransaction { [self] database in
            if files.areInPlace { _ = try? database.checkpoint(.passive) }
            isBusy.store(false, ordering: .releasing)
        }
    }

    /// Moves as much as readers allow, after what is under way, and has the log begin anew where nobody is in the way.
    /// - Returns: how many bytes of the log still wait to be moved; 0 when the next writer begins at the file's start. Nil where another
    ///   connection is just doing it.
    func move() async throws -> Int64? {
        try await queue.writeWithoutTransaction { [gate, files] database in
            try files.check()
            let begun = MonotonicTime.now()
            guard let left = try Checkpointer.move(in: database) else { return nil }
            let took = MonotonicTime.now() - begun
            guard left <= Checkpointer.remainder, took <= Checkpointer.shortWait else { return left }
            // The application has written since, so a passive checkpoint is always a few pages behind. This one keeps writers out,
            // but not for longer than the last one took, which had as little to do.
            gate.allow(Checkpointer.shortWait)
            do {
                try database.checkpoint(.restart)
                return 0
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                return left
            }
        }
    }

    func close(leavingLog: Bool) async {
        await connection.close(leavingLog: leavingLog)
    }

    /// A passive checkpoint on any connection.
    /// - Returns: how many bytes of the log still wait to be moved; nil where another connection is just doing it.
    static func move(in database: Database) throws -> Int64? {
        let page = try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 0
        do {
            let log = try database.checkpoint(.passive)
            return Int64(max(0, log.walFrameCount - log.checkpointedFrameCount)) * page
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            return nil
        }
    }

    /// So little is left when only others' last small commits are missing, in bytes.
    private static let remainder: Int64 = 1024 * 1024
    /// How long writers may be kept out while the log begins anew.
    private static let shortWait: Duration = .milliseconds(15)
}
