import ArgumentParser
import Foundation
import Glibc
import Sidecar

/// `jobsweep hash-password`
struct HashPasswordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hash-password",
        abstract: "Make an entry for basic_auth_users of the web configuration.",
        discussion: """
            Asks for the password twice on a terminal, without showing it; elsewhere it reads one line from standard input.

              jobsweep hash-password --user prometheus
            """)

    @Option(name: .customLong("user"), help: "The user's name.")
    var user: String

    @Option(name: .customLong("cost"), help: "How costly a check is, as a power of two: 10 to 16.")
    var cost = BcryptHash.defaultCost

    /// Bcrypt looks at no more.
    private static let longest = 72

    func validate() throws {
        guard (10...16).contains(cost) else { throw ValidationError("--cost must be from 10 to 16, not \(cost)") }
        guard !user.isEmpty, !user.utf8.contains(UInt8(ascii: ":")) else {
            throw ValidationError("--user must not be empty or have a colon in it")
        }
        // What isn't UTF-8 on the command line arrives as this, and would be another user's name.
        guard !user.unicodeScalars.contains("\u{FFFD}") else { throw ValidationError("--user must be UTF-8 text") }
    }

    func run() async throws {
        let password = try read()
        guard !password.bytes.isEmpty else { throw Failure(.misuse, "the password is empty") }
        guard password.bytes.count <= HashPasswordCommand.longest else {
            throw Failure(
                .misuse,
                "the password has more than \(HashPasswordCommand.longest) bytes, which bcrypt can't tell apart")
        }
        guard let hash = BcryptHash.make(password, cost: cost) else {
            throw Failure(.failed, "the password can't be hashed")
        }
        try Console.result("basic_auth_users:\n  \(key): \(hash.text)")
    }

    /// The name as a YAML key: quoted, unless it is a plain word that YAML takes for nothing else.
    private var key: String {
        let words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
        let isPlain = user.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_.\-]*/) != nil && !words.contains(user.lowercased())
        return isPlain ? user : "'" + user.replacing("'", with: "''") + "'"
    }

    private func read() throws -> ByteText {
        guard isatty(STDIN_FILENO) == 1 else { return readBytes() }
        var before = termios()
        tcgetattr(STDIN_FILENO, &before)
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) }
        Console.draw("Password: ")
        let first = readBytes()
        Console.draw("\nAgain: ")
        let second = readBytes()
        Console.draw("\n")
        guard first == second else { throw Failure(.misuse, "the two passwords differ") }
        return first
    }

    /// A line of standard input without its end, as the bytes that it is: a text would have U+FFFD where they are no UTF-8.
    private func readBytes() -> ByteText {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        // A line that never ends is cut where it is too long for a password.
        while bytes.count <= HashPasswordCommand.longest + 2 {
            let count = Glibc.read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1, byte != UInt8(ascii: "\n") else { break }
            bytes.append(byte)
        }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return ByteText(bytes)
    }
}
