import Glibc

/// Results go to standard output, everything else to standard error.
enum Console {
    static func result(_ text: String) {
        write(text + "\n", to: STDOUT_FILENO)
    }

    static func notice(_ text: String) {
        write(text + "\n", to: STDERR_FILENO)
    }

    /// Writes without a line's end: a progress bar draws over itself.
    static func draw(_ text: String) {
        write(text, to: STDERR_FILENO)
    }

    static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    private static func write(_ text: String, to descriptor: CInt) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // A reader that has gone away wants nothing more.
            guard count > 0 || errno == EINTR else { return }
            bytes = bytes.dropFirst(max(0, count))
        }
    }
}
