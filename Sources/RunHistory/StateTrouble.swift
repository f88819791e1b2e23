import GRDB
import Sweeping

/// What went wrong with the state database, for decisions and for people.
enum StateTrouble {
    /// Whether SQLite itself calls the file damaged, or none of its own. Anything else is no reason to do without it.
    static func isDamage(_ error: any Error) -> Bool {
        if let error = error as? StoreError { return error.code == .corrupt }
        guard let error = error as? DatabaseError else { return false }
        return [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode)
    }

    /// Bound values stay out of it.
    static func sentence(_ error: any Error) -> String {
        if let error = error as? StoreError { return error.message }
        guard let error = error as? DatabaseError else { return "\(error)" }
        return switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: "another process held its lock for too long"
        case .SQLITE_CANTOPEN: "it can't be opened: check that this user may read and write it"
        case .SQLITE_NOTADB: "it is not an SQLite database"
        case .SQLITE_READONLY, .SQLITE_PERM: "it is read-only for this user: give it permission to write the file"
        case .SQLITE_FULL: "the disk is full"
        default: error.message ?? "SQLite gives no reason"
        }
    }
}
