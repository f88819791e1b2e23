import Glibc
import Sidecar

/// Results go to standard output, everything else to standard error.
enum Console {
    /// - Throws: `Failure` where the result can't be written whole, on a full disk or because its reader has gone: whoever reads on must
    ///   not take it for good.
    static func result(_ text: String) throws {
        // What was said before stands before it, where both go to the same place.
        LineQueue.standardError.flush()
        var bytes = Array((text + "\n").utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                var wanted = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                poll(&wanted, 1, -1)
                continue
            }
            guard count > 0 else { throw unwritten(errno) }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Some file systems only say at the end that there was no room.
    /// - Throws: `Failure`.
    static func closeResult() throws {
        guard close(STDOUT_FILENO) == 0 || errno == EBADF else { throw unwritten(errno) }
    }

    static func notice(_ text: String) {
        LineQueue.standardError.put(text + "\n")
    }

    /// Writes without a line's end: a progress bar draws over itself.
    static func draw(_ text: String) {
        LineQueue.standardError.put(text)
    }

    /// Asks whether to begin.
    /// - Throws: `Failure` for anything but yes.
    static func confirm() throws {
        draw("Begin? [y/N] ")
        guard let answer = readLine()?.lowercased(), ["y", "yes"].contains(answer) else {
            throw Failure(.failed, "nothing was done")
        }
    }

    static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Fills what the caller left closed of the three standard descriptors. Else the next file to be opened would get the number, and
    /// results and messages would be written into it.
    static func fillStandardDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            // Standard output can't be written then, and results say so.
            _ = open("/dev/null", descriptor == STDERR_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    private static func unwritten(_ code: CInt) -> Failure {
        Failure(.failed, "the result can't be written to standard output: \(String(cString: strerror(code)))")
    }
}
