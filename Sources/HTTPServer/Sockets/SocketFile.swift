import CMicrohttpd
import Glibc

/// The file of a Unix socket that this program listens on.
///
/// A process that was killed leaves its file behind, and nobody can bind to it any more. Such a file is replaced, and only such a one:
/// what isn't a socket, or is one that somebody answers at, stays.
struct SocketFile: Sendable {
    let path: String
    private let device: dev_t
    private let inode: ino_t

    /// Owner and group may connect, whatever the umask says.
    static let mode: mode_t = 0o660

    /// How long to wait for another process that looks at the same folder, in tries of 10 ms.
    private static let tries = 200

    /// Has a socket listen at a path where nobody else does.
    /// - Throws: with the socket as it was.
    init(binding descriptor: Int32, to wanted: ListenAddress, path: String) throws(HTTPServerError) {
        let folder = try SocketFile.lockFolder(of: path, wanted)
        // Closing it releases it.
        defer { close(folder) }
        try SocketFile.makeWay(path, wanted)
        // The file gets the descriptor's mode, less the umask: at no moment is it wider than it will be.
        guard fchmod(descriptor, SocketFile.mode) == 0,
            SocketFile.withAddress(path, { Glibc.bind(descriptor, $0, $1) }) == 0
        else {
            throw .listen(on: wanted.description, code: errno)
        }
        var status = stat()
        guard lstat(path, &status) == 0, chmod(path, SocketFile.mode) == 0,
            listen(descriptor, ListeningSocket.backlog) == 0
        else {
            let code = errno
            unlink(path)
            throw .listen(on: wanted.description, code: code)
        }
        (self.path, device, inode) = (path, status.st_dev, status.st_ino)
    }

    /// Takes the file away, unless another took its place.
    func remove() {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_dev == device, status.st_ino == inode else { return }
        unlink(path)
    }

    /// Two processes that both found a file that nobody listens at would replace each other's: they take turns at the folder.
    private static func lockFolder(of path: String, _ wanted: ListenAddress) throws(HTTPServerError) -> Int32 {
        let end = path.lastIndex(of: "/") ?? path.startIndex
        let folder = end == path.startIndex ? "/" : String(path[..<end])
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .listen(on: wanted.description, code: errno, reason: "its folder: \(systemMessage(errno))")
        }
        for _ in 0..<tries {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
            guard errno == EWOULDBLOCK || errno == EINTR else { break }
            usleep(10_000)
        }
        let code = errno
        close(descriptor)
        throw .listen(on: wanted.description, code: code, reason: "its folder can't be locked: \(systemMessage(code))")
    }

    /// Removes a socket that nobody listens at.
    private static func makeWay(_ path: String, _ wanted: ListenAddress) throws(HTTPServerError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw .listen(on: wanted.description, code: errno) }
            return
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw .listen(
                on: wanted.description, code: EEXIST,
                reason: "there is a file of that name which is no socket; move it away or choose another path")
        }
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard probe >= 0 else { throw .listen(on: wanted.description, code: errno) }
        defer { close(probe) }
        let answers = withAddress(path) { connect(probe, $0, $1) } == 0
        // Whatever it says but that nobody listens: it may be somebody's.
        guard !answers, errno == ECONNREFUSED else {
            throw .listen(on: wanted.description, code: EADDRINUSE, reason: "another process listens there")
        }
        guard unlink(path) == 0 else {
            throw .listen(
                on: wanted.description, code: errno, reason: "the old socket can't be removed: \(systemMessage(errno))")
        }
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        // The NUL at the end has its room: `ListenAddress` bounds the path.
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            errno = ENAMETOOLONG
            return -1
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}

extension ListeningSocket {
    /// Opens the Unix socket at a path.
    static func openFile(_ wanted: ListenAddress, path: String) throws(HTTPServerError) -> ListeningSocket {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { throw .listen(on: wanted.description, code: errno) }
        var opened = ListeningSocket(
            descriptor: descriptor, address: SocketAddress(family: .unix, host: path, port: 0))
        do throws(HTTPServerError) {
            opened.file = try SocketFile(binding: descriptor, to: wanted, path: path)
        } catch {
            opened.close()
            throw error
        }
        return opened
    }
}
