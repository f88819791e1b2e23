import Foundation
import Glibc
import Synchronization

/// A program that is still running, with pipes to it.
///
/// Not Foundation's `Process`: its `run` looks for the highest open descriptor by copying directory entries past the end of
/// their buffer, which ends a test process with many threads and descriptors by SIGSEGV now and then.
package final class RunningTool {
    package let processIdentifier: pid_t
    private let input: FileHandle
    private let output: FileHandle
    private let errors: URL
    private var received = Data()
    /// The exit status, or 128 and the signal's number as shells have it; nil while it may be running.
    private var status: Int32?

    /// - Throws: `POSIXError` where the program can't be started.
    package init(_ arguments: [String], in directory: URL? = nil) throws {
        errors = FileManager.default.temporaryDirectory.appending(path: "tool-\(UUID().uuidString).err")
        let ((childInput, ownInput), (ownOutput, childOutput)) = try RunningTool.starting.withLock { _ in
            (try RunningTool.pipe(), try RunningTool.pipe())
        }
        input = FileHandle(fileDescriptor: ownInput, closeOnDealloc: true)
        output = FileHandle(fileDescriptor: ownOutput, closeOnDealloc: true)
        defer {
            close(childInput)
            close(childOutput)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, childInput, 0)
        posix_spawn_file_actions_adddup2(&actions, childOutput, 1)
        posix_spawn_file_actions_addopen(&actions, 2, errors.path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let command = directory.map { ["env", "--chdir", $0.path] + arguments } ?? arguments
        var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        let problem = RunningTool.starting.withLock { _ in
            posix_spawnp(&child, command[0], &actions, nil, &words, environ)
        }
        guard problem == 0 else { throw POSIXError(POSIXErrorCode(rawValue: problem) ?? .ENOENT) }
        processIdentifier = child
    }

    deinit {
        if status == nil {
            kill(SIGTERM)
            wait()
        }
        try? FileManager.default.removeItem(at: errors)
    }

    package func write(_ text: String) {
        input.write(Data(text.utf8))
    }

    package func kill(_ signal: Int32) {
        _ = Glibc.kill(processIdentifier, signal)
    }

    /// What it prints up to and with a text; nil where it ends before that.
    package func output(through end: String) -> String? {
        while true {
            if let range = received.range(of: Data(end.utf8)) {
                defer { received.removeSubrange(..<range.upperBound) }
                return String(decoding: received[..<range.upperBound], as: UTF8.self)
            }
            let more = output.availableData
            guard !more.isEmpty else { return nil }
            received += more
        }
    }

    /// Ends its input and waits for it.
    @discardableResult
    package func finish() -> Tool.Result {
        try? input.close()
        received += output.readDataToEndOfFile()
        return Tool.Result(
            status: wait(), output: String(decoding: received, as: UTF8.self),
            errors: (try? String(contentsOf: errors, encoding: .utf8)) ?? "")
    }

    @discardableResult
    private func wait() -> Int32 {
        if let status { return status }
        var raw: Int32 = 0
        while waitpid(processIdentifier, &raw, 0) < 0, errno == EINTR {}
        let signal = raw & 0x7f
        let ended = signal == 0 ? (raw >> 8) & 0xff : 128 + signal
        status = ended
        return ended
    }

    /// Between a pipe's making and the word that no other child inherits it, no child may start.
    private static let starting = Mutex(())

    /// The reading and the writing end of a new pipe.
    private static func pipe() throws -> (CInt, CInt) {
        var ends: [CInt] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EMFILE) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }
}
