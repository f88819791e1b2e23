import GRDB
import GRDBSQLite

/// What a database has of a write-ahead log, which decides how it can be looked at without leaving a trace.
enum LogState {
    /// It has a rollback journal: a connection that only reads leaves nothing.
    case journal
    /// It uses a log, and nobody has it open: SQLite would make the log and its index anew, for readers too.
    case closed
    /// Log and index are there. While somebody holds a lock on the file, nobody takes them away.
    case live
    /// A log without its index, as after a file was restored together with an old log: SQLite would make the index.
    case left

    /// To be asked on a connection that holds a lock on the file.
    init(_ database: Database, _ file: DatabaseFile) {
        let log = FileIdentity(at: file.writeAheadLogPath) != nil
        let index = FileIdentity(at: file.logIndexPath) != nil
        self = !database.usesLog ? .journal : log ? index ? .live : .left : .closed
    }
}

extension Database {
    /// Whether the file uses a write-ahead log, as its own header says (https://www.sqlite.org/fileformat2.html, section 1.3.3). `PRAGMA
    /// journal_mode` would open the log, and it doesn't know where a connection does without.
    var usesLog: Bool {
        var version: UInt8 = 0
        guard let file = sqliteFile, let methods = file.pointee.pMethods else { return false }
        let code = methods.pointee.xRead?(file, &version, 1, 19)
        return code == SQLITE_OK && version == 2
    }

    /// Takes SQLite's shared lock on the file without reading from it. The pager finds it taken and gives it back as its own.
    func lockShared(_ gate: BusyGate) throws {
        guard let file = sqliteFile, let lock = file.pointee.pMethods?.pointee.xLock else {
            throw DatabaseError(resultCode: .SQLITE_INTERNAL)
        }
        var code = lock(file, SQLITE_LOCK_SHARED)
        while code == SQLITE_BUSY, gate.wait() { code = lock(file, SQLITE_LOCK_SHARED) }
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }

    private var sqliteFile: UnsafeMutablePointer<sqlite3_file>? {
        var file: UnsafeMutablePointer<sqlite3_file>?
        guard sqlite3_file_control(sqliteConnection, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK else {
            return nil
        }
        return file
    }
}
