import Foundation
import Glibc

/// The secret that stands in for a user where there are none (DESIGN.md section 7): 256 random bits in a file that only this user can
/// read. Who can read it may do what this user may.
package struct ControlToken: Sendable, Equatable {
    package static let fileName = "control.token"
    private static let length = 64

    /// Hexadecimal.
    let secret: ByteText

    package var text: String { secret.shown }

    package static func path(in directory: String) -> String {
        directory + "/" + fileName
    }

    /// The token of a state directory, made where there is none yet.
    /// - Throws: `ControlTokenError`, when it can't be made, or can't be trusted.
    package static func obtain(in directory: String) throws(ControlTokenError) -> ControlToken {
        if let token = try read(in: directory) { return token }
        try make(in: directory)
        guard let token = try read(in: directory) else {
            throw ControlTokenError("\(path(in: directory)) is gone again; try once more")
        }
        return token
    }

    /// The token that is there; nil without a file.
    /// - Throws: `ControlTokenError` when the file isn't what it must be.
    package static func read(in directory: String) throws(ControlTokenError) -> ControlToken? {
        let path = path(in: directory)
        // A pipe or a link in its place must neither hold this process up nor lead it elsewhere.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .system("can't read the control token \(path)", errno)
        }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw .system("can't look at \(path)", errno) }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw ControlTokenError("\(path) is no plain file; remove it, and a new control token is made")
        }
        guard facts.st_uid == geteuid() || geteuid() == 0 else {
            throw ControlTokenError("\(path) belongs to another user; remove it, and a new control token is made")
        }
        guard facts.st_mode & 0o077 == 0 else {
            let mode = String(facts.st_mode & 0o777, radix: 8)
            throw ControlTokenError(
                "\(path) can be read or written by others (mode \(mode)), so it is no secret; remove it, and a new control token is made"
            )
        }
        var buffer = [UInt8](repeating: 0, count: length + 2)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        guard count >= 0 else { throw .system("can't read the control token \(path)", errno) }
        var bytes = buffer[..<count]
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        guard bytes.count == length, bytes.allSatisfy(isHexadecimal) else {
            throw ControlTokenError(
                "\(path) doesn't hold a control token, which is \(length) hexadecimal digits; remove it, and a new one is made"
            )
        }
        return ControlToken(secret: ByteText(bytes))
    }

    /// Makes the file, whole or not at all; where another process was quicker, that one's stays.
    private static func make(in directory: String) throws(ControlTokenError) {
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
        } catch {
            throw ControlTokenError("cannot make the state directory \(directory): choose another with --state")
        }
        let path = path(in: directory)
        var generator = SystemRandomNumberGenerator()
        let digits = (0..<length / 16).map { _ in
            let word = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - word.count) + word
        }
        let draft = "\(path).\(getpid()).\(String(generator.next(), radix: 16))"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .system("can't make the control token \(path)", errno) }
        defer { unlink(draft) }
        let content = Array((digits.joined() + "\n").utf8)
        // What the umask took away or a mount gave would be seen by who reads it.
        let isWritten =
            fchmod(descriptor, 0o600) == 0 && write(descriptor, content, content.count) == content.count
            && fsync(descriptor) == 0
        let code = errno
        close(descriptor)
        guard isWritten else { throw .system("can't write the control token \(path)", code) }
        guard link(draft, path) == 0 || errno == EEXIST else {
            throw .system("can't make the control token \(path)", errno)
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}

/// Why there is no control token to be had, as a sentence.
package struct ControlTokenError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }

    static func system(_ what: String, _ code: CInt) -> ControlTokenError {
        ControlTokenError("\(what): \(String(cString: strerror(code)))")
    }
}
