import GRDB
import Sweeping

extension StoreError {
    /// Says in a sentence what SQLite said in a code. Bound values stay out of it.
    init(translating error: any Error, path: String) {
        if let already = error as? StoreError {
            self = already
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.other, "\(path): \(error)")
            return
        }
        let reason = error.message ?? "no reason given"
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.busy, "the database is locked: another connection to \(path) held its lock for too long")
        case .SQLITE_CANTOPEN:
            self.init(.cannotOpen, "cannot open \(path): check that it exists and that this user may read and write it")
        case .SQLITE_NOTADB:
            self.init(.notADatabase, "\(path) is not an SQLite database")
        case .SQLITE_CORRUPT:
            self.init(.corrupt, "\(path) is damaged (\(reason)): restore it from a backup")
        case .SQLITE_READONLY, .SQLITE_PERM:
            self.init(readOnly: error.extendedResultCode, path: path)
        case .SQLITE_FULL:
            self.init(.full, "the disk that holds \(path) is full")
        // The index of a log is made by more than a write, which fails otherwise.
        case .SQLITE_IOERR where DiskRoom.isUsedUp(of: path):
            self.init(.full, "the disk that holds \(path) is full")
        case .SQLITE_IOERR:
            self.init(.inputOutput, "reading or writing \(path) failed (\(reason)): check the disk")
        case .SQLITE_CONSTRAINT:
            self.init(.constraint, reason)
        default:
            self.init(.other, "\(path): \(reason)")
        }
    }

    private init(readOnly code: ResultCode, path: String) {
        switch code {
        case .SQLITE_READONLY_DBMOVED:
            self.init(
                .replaced,
                "\(path) was moved or deleted while it was open: put it back, or set `database` to its new place"
            )
        case .SQLITE_READONLY_ROLLBACK:
            self.init(
                .interrupted,
                "\(path) holds half of a change, whose other half is in \(path)-journal: its writer was killed. Looking"
                    + " leaves it so; the application's next start puts it in order, and so does a run")
        case .SQLITE_READONLY_RECOVERY, .SQLITE_READONLY_CANTINIT, .SQLITE_READONLY_CANTLOCK:
            self.init(
                .interrupted,
                "\(path)-wal has to be put in order before it can be read, which this user may not do: start the"
                    + " application, or run jobsweep as the user that it runs as")
        default:
            self.init(
                .readOnly, "\(path) is read-only for this user: give it permission to write the file and its folder")
        }
    }
}
