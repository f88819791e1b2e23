import Glibc
import Sweeping

/// A lock on the database's file itself, whatever it is called and whoever removes what lies beside it: one byte, far from those that
/// SQLite locks (https://www.sqlite.org/src/file/src/os.h, PENDING_BYTE), and nowhere near a byte that is read or written under it.
///
/// The file beside the database names the holder, but it can be removed, and then the next run would make and lock another. A lock in
/// some folder of the host or on an abstract socket wouldn't be seen from another container. This one goes where the file goes. It
/// belongs to this descriptor alone (an open file description lock, fcntl(2)), so SQLite's connections can neither hold nor lose it.
struct FileLock: Sendable {
    private let descriptor: CInt
    private let file: FileIdentity

    /// SQLite's own bytes are 0x40000000 to 0x400001ff.
    private static let place: off_t = 0x4000_0400
    /// F_OFD_SETLK, which Glibc's module leaves out.
    private static let setLock: CInt = 37

    /// - Throws: `RunRefusal` when another run has it, `StoreError` when the file can't be opened or isn't the one that was looked at.
    init(_ file: DatabaseFile) throws {
        descriptor = Glibc.open(file.path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        self.file = file.identity
        guard descriptor >= 0 else {
            throw StoreError(.cannotOpen, "cannot open \(file.path): \(String(cString: strerror(errno)))")
        }
        guard FileIdentity(of: descriptor) == file.identity else {
            let other = FileIdentity(of: descriptor) ?? file.identity
            OutsideDescriptors.whenUnlocked(other) { [descriptor] in close(descriptor) }
            throw StoreError(.replaced, "\(file.path) was replaced just while it was opened: try again")
        }
        guard set(CInt(F_WRLCK)) || errno != EAGAIN && errno != EACCES else {
            release()
            throw RunRefusal.underWay(nil)
        }
        // A file system without such locks leaves it at the file beside the database.
    }

    func release() {
        _ = set(CInt(F_UNLCK))
        OutsideDescriptors.whenUnlocked(file) { [descriptor] in close(descriptor) }
    }

    private func set(_ type: CInt) -> Bool {
        var lock = flock()
        lock.l_type = Int16(type)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = FileLock.place
        lock.l_len = 1
        return fcntl(descriptor, FileLock.setLock, &lock) == 0
    }
}
