import Foundation

/// Another program, run by a test.
enum Tool {
    struct Result {
        var status: Int32
        var output: String
        var errors: String
    }

    /// Runs a program found by PATH to its end.
    static func run(_ arguments: [String], input: String = "", in directory: URL? = nil) throws -> Result {
        let running = try RunningTool(arguments, in: directory)
        running.write(input)
        return running.finish()
    }
}

/// A program that is still running, with pipes to it.
final class RunningTool {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let errors = FileManager.default.temporaryDirectory.appending(path: "tool-\(UUID().uuidString).err")
    private var received = Data()

    init(_ arguments: [String], in directory: URL? = nil) throws {
        _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.standardInput = input
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
    }

    deinit {
        if process.isRunning { process.terminate() }
        try? FileManager.default.removeItem(at: errors)
    }

    func write(_ text: String) {
        input.fileHandleForWriting.write(Data(text.utf8))
    }

    /// What it prints up to and with a text; nil where it ends before that.
    func output(through end: String) -> String? {
        while true {
            if let range = received.range(of: Data(end.utf8)) {
                defer { received.removeSubrange(..<range.upperBound) }
                return String(decoding: received[..<range.upperBound], as: UTF8.self)
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { return nil }
            received += more
        }
    }

    /// Ends its input and waits for it.
    func finish() -> Tool.Result {
        try? input.fileHandleForWriting.close()
        received += output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Tool.Result(
            status: process.terminationStatus, output: String(decoding: received, as: UTF8.self),
            errors: (try? String(contentsOf: errors, encoding: .utf8)) ?? "")
    }
}
