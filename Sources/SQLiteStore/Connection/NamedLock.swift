import Foundation
import Glibc
import Sweeping

/// A locked file that says who has locked it.
struct NamedLock: Sendable {
    private static let attempts = 20
    private static let pause: UInt32 = 5_000

    private let path: String
    private let descriptor: CInt
    /// Whether the file is to go again.
    private let isTransient: Bool

    /// - Parameters:
    ///   - file: whose owner and mode a new lock file gets.
    ///   - removing: a file that wasn't there is taken away in the end.
    /// - Throws: `RunRefusal.underWay` when it is locked, `StoreError` when it can't be used.
    init(_ path: String, like file: DatabaseFile, removing: Bool) throws {
        self.path = path
        for _ in 0..<NamedLock.attempts {
            let (descriptor, isNew) = try NamedLock.open(path, like: file)
            do {
                try NamedLock.lock(descriptor, path)
            } catch {
                close(descriptor)
                throw error
            }
            // Somebody may have removed it between the opening and the locking.
            if FileIdentity(of: descriptor) == FileIdentity(at: path) {
                self.descriptor = descriptor
                isTransient = removing && isNew
                return
            }
            close(descriptor)
        }
        throw StoreError(.cannotOpen, "cannot lock \(path): others remove it all the time")
    }

    func release() {
        if isTransient, FileIdentity(of: descriptor) == FileIdentity(at: path) { unlink(path) }
        ftruncate(descriptor, 0)
        // Closing is not enough: a child process, between its fork and its program's start, still has the descriptor open.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    func write(_ holder: RunHolder) {
        guard let text = try? JSONEncoder().encode(holder) else { return }
        ftruncate(descriptor, 0)
        _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    /// Asks without taking it, and without making it.
    /// - Throws: `RunRefusal.underWay` when it is locked.
    static func checkFree(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 {
            flock(descriptor, LOCK_UN)
        } else if errno == EWOULDBLOCK {
            throw RunRefusal.underWay(holder(descriptor))
        }
    }

    /// Whoever only asks has it locked for a moment, and whoever has just locked it hasn't written a name yet: then it is tried again.
    private static func lock(_ descriptor: CInt, _ path: String) throws {
        for _ in 0..<attempts {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
            let reason = errno
            guard reason == EWOULDBLOCK else {
                throw StoreError(.cannotOpen, "cannot lock \(path): \(String(cString: strerror(reason)))")
            }
            if let holder = holder(descriptor) { throw RunRefusal.underWay(holder) }
            usleep(pause)
        }
        throw RunRefusal.underWay(nil)
    }

    private static func holder(_ descriptor: CInt) -> RunHolder? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        return try? JSONDecoder().decode(RunHolder.self, from: Data(buffer[..<count]))
    }

    private static func open(_ path: String, like file: DatabaseFile) throws -> (descriptor: CInt, isNew: Bool) {
        var descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        if descriptor >= 0 {
            shareLikeDatabase(descriptor, file)
            return (descriptor, true)
        }
        if errno == EEXIST {
            // A link here could lead the holder's name into any file that this user may write, and a pipe would wait for a writer.
            descriptor = Glibc.open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            // Another user's lock file can be locked all the same; it only can't be given this run's name.
            if descriptor < 0 { descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) }
            if descriptor >= 0 {
                var facts = stat()
                if fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_nlink <= 1 {
                    return (descriptor, false)
                }
                close(descriptor)
                throw StoreError(.cannotOpen, "\(path) is no lock file of jobsweep's: remove what lies there")
            }
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
}
