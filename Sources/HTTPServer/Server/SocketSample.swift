import CMicrohttpd

/// How a socket whose client has yet to send something looked at some moment.
struct SocketSample {
    let reading: ConnectionClock.Reading
    let bytesReceived: UInt64
    let isPeerGone: Bool

    init(_ descriptor: Int32, _ reading: ConnectionClock.Reading) {
        self.reading = reading
        bytesReceived = clinux_bytes_received(descriptor)
        isPeerGone = clinux_is_peer_gone(descriptor) != 0
    }
}
