import Foundation
import Glibc
import Sweeping

/// The one run at a time: an exclusive `flock` on a file beside the database, which names its holder.
///
/// The kernel gives the lock back when the process ends, however it ends. The file stays, since removing it could take
/// it away from under somebody who is just locking it.
struct DatabaseLease: RunLease {
    private let descriptor: CInt

    /// - Throws: `RunRefusal.underWay` when another run has the lease, `StoreError` when the file can't be used.
    init(beside file: DatabaseFile, for holder: RunHolder) throws {
        descriptor = try DatabaseLease.open(file)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            defer { close(descriptor) }
            guard reason == EWOULDBLOCK else {
                throw StoreError(.cannotOpen, "cannot lock \(file.leasePath): \(String(cString: strerror(reason)))")
            }
            throw RunRefusal.underWay(DatabaseLease.holder(descriptor))
        }
        write(holder)
    }

    func release() {
        ftruncate(descriptor, 0)
        // Closing is not enough: a child process, between its fork and its program's start, still has the descriptor open.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private func write(_ holder: RunHolder) {
        guard let text = try? JSONEncoder().encode(holder) else { return }
        ftruncate(descriptor, 0)
        _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    private static func open(_ file: DatabaseFile) throws(StoreError) -> CInt {
        let path = file.leasePath
        var descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        if descriptor >= 0 {
            shareLikeDatabase(descriptor, file)
            return descriptor
        }
        if errno == EEXIST {
            // A link here could lead the holder's name into any file that this user may write.
            descriptor = Glibc.open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
            // Another user's lock file can be locked all the same; it only can't be given this run's name.
            if descriptor < 0 { descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) }
            if descriptor >= 0 { return descriptor }
        }
        let reason = String(cString: strerror(errno))
        throw StoreError(
            .readOnly,
            "cannot make the lock file \(path): \(reason); jobsweep needs to write in the database's folder, as SQLite does"
        )
    }

    /// Gives a new lock file the database's owner and mode, so that whoever may sweep may also lock.
    private static func shareLikeDatabase(_ descriptor: CInt, _ file: DatabaseFile) {
        guard let facts = DatabaseFile.facts(file.path) else { return }
        _ = fchown(descriptor, facts.st_uid, facts.st_gid)
        _ = fchmod(descriptor, facts.st_mode & 0o666)
    }

    /// The name in the file. Its writer may have the lock and not have written yet, so an empty file is read again for a moment.
    private static func holder(_ descriptor: CInt) -> RunHolder? {
        for _ in 0..<10 {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = pread(descriptor, &buffer, buffer.count, 0)
            if count > 0, let holder = try? JSONDecoder().decode(RunHolder.self, from: Data(buffer[..<count])) {
                return holder
            }
            usleep(5_000)
        }
        return nil
    }
}
