import Glibc
import Sweeping

/// The database's files, looked at from outside.
///
/// Only `stat` touches them: opening and closing a database file outside SQLite drops the locks that SQLite holds on it in this
/// process (https://www.sqlite.org/howtocorrupt.html, section 2.2). Where it has to be, `OutsideDescriptors` sees to it.
struct DatabaseFile: Sendable, Equatable {
    /// The path with symbolic links resolved, so that two names of one file mean one lease.
    let path: String
    /// Which file was there when it was looked at.
    let identity: FileIdentity

    /// - Throws: `StoreError` when there is no such file, when it isn't one, or when it has other names beside this one.
    init(resolving path: String) throws(StoreError) {
        guard let resolved = DatabaseFile.resolved(path) else {
            let reason = errno
            if reason == ENOENT || reason == ENOTDIR {
                throw StoreError(.missing, "there is no database at \(path): give the application's own file")
            }
            throw StoreError(.cannotOpen, "cannot look at the database \(path): \(String(cString: strerror(reason)))")
        }
        self.path = resolved
        guard let facts = DatabaseFile.facts(self.path) else {
            throw StoreError(.missing, "there is no database at \(path): give the application's own file")
        }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw StoreError(.cannotOpen, "\(path) is not a file: give the path of an SQLite database")
        }
        identity = FileIdentity(facts)
        // SQLite's log and jobsweep's lock lie beside a name: with two names there would be two of each, and they'd destroy the file.
        guard facts.st_nlink <= 1 else {
            throw StoreError(
                .cannotOpen,
                "\(self.path) is one of \(facts.st_nlink) names (hard links) of one file, and each would have a"
                    + " write-ahead log of its own: remove the others, and copy a database instead of linking it")
        }
        guard !FileMounts.contain(self.path) else {
            throw StoreError(
                .cannotOpen,
                "\(self.path) is a mount of the file alone, and the write-ahead log beside it isn't the application's:"
                    + " mount the whole folder that the database is in")
        }
    }

    /// The path without symbolic links; nil, with `errno`, where that can't be told.
    static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    var writeAheadLogPath: String { path + "-wal" }
    /// The index of the write-ahead log, which all connections share.
    var logIndexPath: String { path + "-shm" }
    var journalPath: String { path + "-journal" }
    var leasePath: String { path + "-jobsweep.lock" }

    var folder: String {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// Bytes of the database itself; 0 when it is gone.
    var bytes: Int64 { Int64(DatabaseFile.facts(path)?.st_size ?? 0) }

    /// Bytes of the write-ahead log; 0 where there is none.
    var writeAheadLogBytes: Int64 { Int64(DatabaseFile.facts(writeAheadLogPath)?.st_size ?? 0) }

    static func facts(_ path: String) -> stat? {
        var facts = stat()
        return stat(path, &facts) == 0 ? facts : nil
    }
}
