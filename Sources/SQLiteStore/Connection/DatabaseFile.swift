import Glibc
import Sweeping

/// The database's files, looked at from outside.
///
/// Only `stat` touches them: opening and closing a database file outside SQLite drops the locks that SQLite holds on it in this
/// process (https://www.sqlite.org/howtocorrupt.html, section 2.2).
struct DatabaseFile: Sendable, Equatable {
    /// The path with symbolic links resolved, so that two names of one file mean one lease.
    let path: String

    /// - Throws: `StoreError` when there is no such file, or it isn't one.
    init(resolving path: String) throws(StoreError) {
        guard let resolved = realpath(path, nil) else {
            let reason = errno
            if reason == ENOENT || reason == ENOTDIR {
                throw StoreError(.missing, "there is no database at \(path): give the application's own file")
            }
            throw StoreError(.cannotOpen, "cannot look at the database \(path): \(String(cString: strerror(reason)))")
        }
        defer { free(resolved) }
        self.path = String(cString: resolved)
        guard let facts = DatabaseFile.facts(self.path) else {
            throw StoreError(.missing, "there is no database at \(path): give the application's own file")
        }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw StoreError(.cannotOpen, "\(path) is not a file: give the path of an SQLite database")
        }
    }

    var writeAheadLogPath: String { path + "-wal" }
    var leasePath: String { path + "-jobsweep.lock" }

    /// Bytes of the database itself; 0 when it is gone.
    var bytes: Int64 { Int64(DatabaseFile.facts(path)?.st_size ?? 0) }

    /// Bytes of the write-ahead log; 0 where there is none.
    var writeAheadLogBytes: Int64 { Int64(DatabaseFile.facts(writeAheadLogPath)?.st_size ?? 0) }

    static func facts(_ path: String) -> stat? {
        var facts = stat()
        return stat(path, &facts) == 0 ? facts : nil
    }
}
