import Glibc
import Sweeping

/// The one run at a time: an exclusive `flock` on a file beside the database, which names its holder, and a lock on the database itself,
/// which no removal of that file can take away.
///
/// The kernel gives both back when the process ends, however it ends. A run's file stays. A look takes its own away again, which is safe
/// since whoever locks a file makes sure afterwards that it still is the one beside the database.
package struct DatabaseLease: Sendable {
    private let named: NamedLock
    private let byte: FileLock

    /// - Throws: `RunRefusal.underWay` when another run has the lease, `StoreError` when this user can't have it.
    init(beside file: DatabaseFile, for holder: RunHolder) throws {
        named = try NamedLock(file.leasePath, like: file, removing: holder.dryRun)
        do {
            byte = try FileLock(file)
        } catch {
            named.release()
            throw error
        }
        named.write(holder)
    }

    func release() {
        byte.release()
        named.release()
    }
}

/// What a look has instead where it may not write: it keeps nobody out.
package struct NoLease: Sendable {
    /// - Throws: `RunRefusal.underWay` when a run has the lease.
    init(beside file: DatabaseFile) throws {
        try NamedLock.checkFree(file.leasePath)
    }

}

/// What a run or a look has of a SQLite file.
package enum SQLiteLease: RunLease {
    case run(DatabaseLease)
    case look(NoLease)

    package func release() {
        if case .run(let lease) = self { lease.release() }
    }
}
