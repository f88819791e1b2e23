import CMicrohttpd
import Glibc

/// What libmicrohttpd reads a stream's bytes from.
final class StreamSource {
    /// What libmicrohttpd has room for where it does not send chunks.
    static let blockSize = 4096

    private let stream: ResponseStream
    private let connection: Connection
    private let native: NativeConnection
    private let core: ServerCore
    private let isChunked: Bool

    init(
        _ stream: ResponseStream, _ connection: Connection, _ native: NativeConnection, core: ServerCore,
        isChunked: Bool
    ) {
        self.stream = stream
        self.connection = connection
        self.native = native
        self.core = core
        self.isChunked = isChunked
    }

    /// The number of bytes put into the buffer; 0 when the connection has been suspended.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        switch stream.read(into: buffer) {
        case .bytes(let count): return count
        case .suspended: return 0
        case .end where isChunked: return cmhd_end_of_stream()
        case .end:
            connection.daemon.endWriting(native.pointer, connection.descriptor)
            return failingByte(buffer)
        case .broken:
            shutdown(connection.descriptor, Int32(SHUT_RDWR))
            return failingByte(buffer)
        }
    }

    func close() {
        core.end(stream, on: connection)
    }

    /// One more byte, which the closed socket will not take.
    ///
    /// To be told of the end here, libmicrohttpd 0.9.75 would mark the connection as closed and then forget it: nothing
    /// looks at it again before other connections have come and gone. When sending fails, it clears up at once.
    private func failingByte(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard !buffer.isEmpty else { return cmhd_end_with_error() }
        buffer[0] = UInt8(ascii: "\n")
        return 1
    }
}
