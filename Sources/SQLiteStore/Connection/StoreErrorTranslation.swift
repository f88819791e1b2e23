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
            self.init(
                .readOnly, "\(path) is read-only for this user: give it permission to write the file and its folder")
        case .SQLITE_FULL:
            self.init(.full, "the disk that holds \(path) is full")
        case .SQLITE_IOERR:
            self.init(.inputOutput, "reading or writing \(path) failed (\(reason)): check the disk")
        case .SQLITE_CONSTRAINT:
            self.init(.constraint, reason)
        default:
            self.init(.other, "\(path): \(reason)")
        }
    }
}
