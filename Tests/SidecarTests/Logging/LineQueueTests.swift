import Glibc
import Testing

@testable import Sidecar

/// Nothing here sleeps and hopes; the time limit is for a queue that doesn't do what is waited for.
@Suite("Lines that are written for others", .timeLimit(.minutes(10)))
struct LineQueueTests {
    /// A pipe that holds a page.
    private final class Pipe {
        let reader: CInt
        let writer: CInt

        init() throws {
            var ends: [CInt] = [-1, -1]
            try #require(pipe(&ends) == 0)
            (reader, writer) = (ends[0], ends[1])
            let setPipeSize: CInt = 1031
            _ = fcntl(writer, setPipeSize, 4096)
        }

        /// Reads until `isEnough`.
        func read(until isEnough: (String) -> Bool) -> String {
            var text = ""
            var buffer = [UInt8](repeating: 0, count: 1000)
            while !isEnough(text) {
                let count = Glibc.read(reader, &buffer, buffer.count)
                guard count > 0 else { break }
                text += String(decoding: buffer[..<count], as: UTF8.self)
            }
            return text
        }

        deinit {
            close(reader)
            close(writer)
        }
    }

    @Test("everything comes, in order")
    func inOrder() throws {
        let pipe = try Pipe()
        let queue = LineQueue(pipe.writer)
        let lines = (1...1000).map { "line \($0)\n" }
        for line in lines { queue.put(line) }
        #expect(pipe.read { $0.utf8.count == lines.joined().utf8.count } == lines.joined())
        queue.flush()
        #expect(queue.dropped == 0)
    }

    @Test("where nobody reads, nobody waits; what doesn't fit is dropped, counted, and said once it flows again")
    func unread() throws {
        let pipe = try Pipe()
        let queue = LineQueue(pipe.writer, limit: 10_000)
        queue.describeGaps { "a gap of \($0)" }
        let line = String(repeating: "x", count: 99) + "\n"
        for _ in 1...500 { queue.put(line) }
        let dropped = queue.dropped
        // 4,096 bytes are in the pipe at most, 10,000 wait.
        #expect((500 - 141...500 - 100).contains(dropped))
        queue.flush(patience: .milliseconds(1))
        let text = pipe.read { $0.hasSuffix("a gap of \(dropped)\n") }
        #expect(text == String(repeating: line, count: 500 - dropped) + "a gap of \(dropped)\n")
        queue.put("and on\n")
        #expect(pipe.read { $0.hasSuffix("\n") } == "and on\n")
        #expect(queue.dropped == dropped)
    }

    @Test("what can't be written at all is counted")
    func unwritable() throws {
        let full = open("/dev/full", O_WRONLY)
        try #require(full >= 0)
        defer { close(full) }
        let queue = LineQueue(full)
        queue.put("one\n")
        queue.put("two\n")
        queue.flush()
        #expect(queue.dropped == 2)
    }

    @Test("a descriptor that somebody else made a non-blocking one loses nothing")
    func nonBlocking() throws {
        let pipe = try Pipe()
        _ = fcntl(pipe.writer, F_SETFL, O_NONBLOCK)
        let queue = LineQueue(pipe.writer)
        let text = String(repeating: "0123456789", count: 5000)
        queue.put(text)
        #expect(pipe.read { $0.utf8.count == 50_000 } == text)
    }
}
