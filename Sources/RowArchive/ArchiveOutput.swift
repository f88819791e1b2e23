import Glibc
import Sweeping

/// An archive's file while its run is under way: it is written at its end, and what is of no use there is cut off again.
final class ArchiveOutput {
    let path: String
    private let descriptor: CInt
    private(set) var length: Int64 = 0

    /// Makes the file; only this user may read it, since it holds what the application's rows held.
    init(creating path: String, in folder: String) throws(StoreError) {
        self.path = path
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw ArchiveOutput.failure("make \(folder)") }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw ArchiveOutput.failure("make \(path)") }
        self.descriptor = descriptor
        guard fchmod(descriptor, 0o600) == 0 else { throw ArchiveOutput.failure("make \(path)") }
    }

    /// Goes on with a file; what is behind `length` is cut off.
    init(appendingTo path: String, at length: Int64) throws(StoreError) {
        self.path = path
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw ArchiveOutput.failure("write \(path)") }
        self.descriptor = descriptor
        self.length = length
        guard ftruncate(descriptor, Int(length)) == 0 else { throw ArchiveOutput.failure("write \(path)") }
    }

    deinit { close(descriptor) }

    func append(_ bytes: [UInt8]) throws(StoreError) {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress, $0.count, Int(length) + done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw ArchiveOutput.failure("write \(path)", count == 0 ? ENOSPC : errno) }
            done += count
        }
        length += Int64(bytes.count)
    }

    func cut(to length: Int64) {
        guard length < self.length else { return }
        // Where it can't be shortened, what is behind is written over, and has no end that would make it count.
        ftruncate(descriptor, Int(length))
        self.length = length
    }

    /// - Throws: `StoreError`, after which nobody knows what the disk has.
    func makeDurable() throws(StoreError) {
        guard fdatasync(descriptor) == 0 else { throw ArchiveOutput.failure("write \(path)") }
    }

    /// The file under another number, for whoever makes it durable on a thread of its own; below zero where there is none left.
    func duplicate() -> CInt { fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }

    /// Makes the file's own name durable.
    func makeNameDurable(in folder: String) throws(StoreError) {
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw ArchiveOutput.failure("open \(folder)") }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw ArchiveOutput.failure("write \(folder)") }
    }

    func remove() { unlink(path) }

    /// What jobsweep's own state needs beside the archives, however small the file system is: a run whose record can't be written is one
    /// of which nobody knows what it took.
    static let leftToOthers: UInt64 = 1 << 20

    /// Whether this user has so many bytes more, and then still a twentieth of the file system for others.
    func hasRoom(for count: Int) -> Bool {
        var figures = statvfs()
        guard fstatvfs(descriptor, &figures) == 0, figures.f_blocks > 0, figures.f_frsize > 0 else { return true }
        func blocks(_ bytes: UInt64) -> UInt64 { bytes / UInt64(figures.f_frsize) + 1 }
        let others = max(UInt64(figures.f_blocks) / 20, blocks(ArchiveOutput.leftToOthers))
        return UInt64(figures.f_bavail) >= others + blocks(UInt64(count))
    }

    private static func failure(_ what: String, _ code: CInt = errno) -> StoreError {
        StoreError(
            code == ENOSPC || code == EDQUOT ? .full : .inputOutput, "can't \(what): \(String(cString: strerror(code)))"
        )
    }
}
