import Synchronization
import Testing

@testable import HTTPServer

/// The mailbox by itself, with a connection made up.
@Suite struct ResponseStreamTests {
    /// Notes what a stream asks of its connection.
    private final class Connection: Sendable {
        private let calls = Mutex<[String]>([])

        var log: [String] { calls.withLock { $0 } }

        var link: ResponseStream.Link {
            .init(
                suspend: { self.calls.withLock { $0.append("suspend") } },
                resume: { self.calls.withLock { $0.append("resume") } },
                cut: { self.calls.withLock { $0.append("cut") } })
        }
    }

    private func read(_ stream: ResponseStream, _ size: Int = 100) -> (ResponseStream.Next, String) {
        var buffer = [UInt8](repeating: 0, count: size)
        let next = buffer.withUnsafeMutableBytes { stream.read(into: $0) }
        guard case .bytes(let count) = next else { return (next, "") }
        return (next, String(decoding: buffer.prefix(count), as: UTF8.self))
    }

    @Test func bytesWaitForTheConnection() {
        let ends = Mutex<[ResponseStream.End]>([])
        let stream = ResponseStream { end in ends.withLock { $0.append(end) } }
        let connection = Connection()
        #expect(stream.write("abc"))
        #expect(stream.attach(connection.link))
        #expect(!stream.attach(connection.link))
        #expect(read(stream, 2) == (.bytes(2), "ab"))
        #expect(stream.write("d"))
        #expect(read(stream) == (.bytes(2), "cd"))
        #expect(read(stream).0 == .suspended)
        #expect(stream.write("e"))
        #expect(stream.write("f"))
        #expect(read(stream) == (.bytes(2), "ef"))
        #expect(read(stream).0 == .suspended)
        stream.finish()
        stream.finish()
        #expect(read(stream).0 == .end)
        stream.detach()
        stream.detach()
        #expect(read(stream).0 == .broken)
        #expect(connection.log == ["suspend", "resume", "suspend", "resume"])
        #expect(ends.withLock { $0 } == [.finished])
    }

    @Test func aFullMailboxEndsIt() {
        let end = Mutex<ResponseStream.End?>(nil)
        let stream = ResponseStream(capacity: 10) { reason in end.withLock { $0 = reason } }
        let connection = Connection()
        #expect(stream.attach(connection.link))
        #expect(read(stream).0 == .suspended)
        #expect(stream.write("0123456789"))
        #expect(read(stream, 4) == (.bytes(4), "0123"))
        #expect(stream.write("0123"))
        #expect(!stream.write("4"))
        #expect(connection.log == ["suspend", "resume", "cut"])
        #expect(end.withLock { $0 } == .tooSlow)
        #expect(!stream.isOpen)
        #expect(read(stream).0 == .broken)
    }

    @Test func aFullMailboxBeforeThereIsAConnectionEndsItToo() {
        let stream = ResponseStream(capacity: 3)
        #expect(!stream.write("0123"))
        #expect(!stream.isOpen)
        #expect(!stream.attach(Connection().link))
    }

    @Test func aListenerThatGoesWakesAndCutsTheConnection() {
        let stream = ResponseStream()
        let connection = Connection()
        #expect(stream.attach(connection.link))
        #expect(read(stream).0 == .suspended)
        stream.end(.listenerGone, cut: true)
        #expect(connection.log == ["suspend", "resume", "cut"])
        #expect(!stream.write("x"))
    }

    @Test func eventsAreWrittenAsTheStandardWants() {
        #expect(String(decoding: ServerSentEvent(data: "").bytes, as: UTF8.self) == "data: \n\n")
        let event = ServerSentEvent(event: "pro\ngress", data: "a\nb\r\nc\rd\n", id: "7\rx")
        #expect(
            String(decoding: event.bytes, as: UTF8.self)
                == "event: pro\nid: 7\ndata: a\ndata: b\ndata: c\ndata: d\ndata: \n\n")
    }
}
