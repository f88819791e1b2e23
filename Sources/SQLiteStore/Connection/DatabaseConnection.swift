import Dispatch
import GRDB
import Sweeping
import Synchronization

/// Opens an application's database without changing anything about it: not its journal mode, and never by creating it.
enum DatabaseConnection {
    enum Purpose {
        /// To change rows: as any application would open it.
        case run
        /// To try changes that are always taken back. Nothing of them reaches a file.
        case rehearsal
        /// To read. It makes no file, and moves and deletes no log.
        case look
    }

    /// SQLite's locks can't be had without leaving a trace; but nobody else has the database open.
    private struct NobodyThere: Error {
        let state: LogState
        let files: StillFiles
    }

    /// So often it is tried again where somebody comes or goes just while the database is opened.
    private static let attempts = 20

    /// - Throws: `StoreError`.
    static func open(_ file: DatabaseFile, for purpose: Purpose, gate: BusyGate) async throws -> OpenConnection {
        try await withCheckedThrowingContinuation { continuation in
            // Opening reads the file and may wait for a lock, which Swift's own threads must not do.
            DispatchQueue.global().async {
                continuation.resume(with: Result { try openNow(file, purpose, gate) })
            }
        }
    }

    private static func openNow(_ file: DatabaseFile, _ purpose: Purpose, _ gate: BusyGate) throws -> OpenConnection {
        do {
            for _ in 0..<attempts {
                do {
                    return try withLocks(file, purpose, gate)
                } catch let nobody as NobodyThere {
                    if let connection = try withoutLocks(file, purpose, nobody) { return connection }
                }
            }
        } catch {
            throw StoreError(translating: error, path: file.path)
        }
        throw StoreError(
            .busy, "\(file.path) was opened and closed by others all the time while it was to be looked at: try again")
    }

    /// The usual way: SQLite's own locks keep others' half-done work out of sight.
    private static func withLocks(_ file: DatabaseFile, _ purpose: Purpose, _ gate: BusyGate) throws -> OpenConnection {
        let closing = Mutex(OpenConnection.Closing.tidies)
        var configuration = configuration(purpose)
        configuration.busyMode = .callback { _ in gate.wait() }
        configuration.prepareDatabase { database in
            guard purpose != .run else { return try prepareRun(database) }
            // From here on nobody can take a log away that is there.
            try database.lockShared(gate)
            let state = LogState(database, file)
            switch (state, purpose) {
            case (.closed, .look), (.left, _): throw NobodyThere(state: state, files: StillFiles(file))
            case (.closed, _): closing.withLock { $0 = .tidiesEmptyLog }
            default: closing.withLock { $0 = .leavesLog }
            }
            if purpose == .rehearsal { try prepareRehearsal(database, state) }
        }
        // Who may not write the index can still read along in it.
        let readsIndex = purpose == .look && WritePermission.obstacle(to: file) != nil
        OutsideDescriptors.connectionOpens(to: file.identity)
        do {
            let path = name(file, purpose == .look ? "mode=ro" : "mode=rw", readsIndex ? "readonly_shm=1" : nil)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            return OpenConnection(queue, to: file, closing: closing.withLock { $0 })
        } catch {
            OutsideDescriptors.connectionClosed(to: file.identity)
            throw error
        }
    }

    /// Where nobody is there, there is nobody to lock out: the file is read as it is, and `StillFiles` tells whether somebody came.
    /// - Returns: nil where somebody came.
    private static func withoutLocks(
        _ file: DatabaseFile, _ purpose: Purpose, _ nobody: NobodyThere
    ) throws -> OpenConnection? {
        guard takesURIs else {
            throw StoreError(
                .other, "this SQLite takes no URI names, without which a closed database can't be looked at")
        }
        var configuration = configuration(purpose)
        let path: String
        switch nobody.state {
        case .left:
            // Without locks SQLite has no index to share either, and in this mode keeps one of its own in memory.
            path = name(file, purpose == .look ? "mode=ro" : "mode=rw", "vfs=unix-none")
            configuration.prepareDatabase { database in
                _ = try String.fetchOne(database, sql: "PRAGMA main.locking_mode = EXCLUSIVE")
                if purpose == .rehearsal { try prepareRehearsal(database, .left) }
            }
        default:
            path = name(file, "mode=ro", "immutable=1")
        }
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            let connection = OpenConnection(queue, to: file, closing: .leavesLog, still: nobody.files)
            if connection.isGood { return connection }
            connection.close()
        } catch  where !nobody.files.areStill {
            return nil
        }
        return nil
    }

    private static func configuration(_ purpose: Purpose) -> Configuration {
        var configuration = Configuration()
        configuration.label = "jobsweep.application"
        configuration.readonly = purpose == .look
        configuration.foreignKeysEnabled = true
        return configuration
    }

    private static func prepareRun(_ database: Database) throws {
        // With a write-ahead log, NORMAL can't corrupt anything: at worst a power cut undoes the last batches, which the next run
        // then does again. Without one it could, and the application's own setting stays.
        if database.usesLog { try database.execute(sql: "PRAGMA synchronous = NORMAL") }
    }

    /// What is taken back in the end must not be written in the middle either: neither pages that the cache has no room for, nor a
    /// journal of what they were.
    private static func prepareRehearsal(_ database: Database, _ state: LogState) throws {
        try database.execute(sql: "PRAGMA cache_spill = OFF")
        if case .journal = state { _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = MEMORY") }
    }

    /// Whether this SQLite reads a name that begins with `file:` as a URI; one that doesn't would make a file of that name.
    private static let takesURIs: Bool = {
        let answer = try? DatabaseQueue().read {
            try Bool.fetchOne($0, sql: "SELECT sqlite_compileoption_used('USE_URI')")
        }
        return answer ?? false
    }()

    /// A URI whose mode forbids SQLite to create the file: it may have gone since it was looked at.
    private static func name(_ file: DatabaseFile, _ mode: String, _ more: String? = nil) -> String {
        guard takesURIs else { return file.path }
        var escaped = ""
        for byte in file.path.utf8 {
            switch byte {
            // A byte outside ASCII is no character of its own.
            case UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "%"), 0x80...:
                escaped += "%" + String(byte, radix: 16, uppercase: true)
            default:
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return "file:\(escaped)?\(mode)" + (more.map { "&\($0)" } ?? "")
    }
}
