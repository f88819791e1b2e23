import CMicrohttpd
import Glibc

/// The accepting thread's epoll set: what it waits for.
final class Poller: Sendable {
    enum Event: Equatable {
        /// A listening socket has connections to accept.
        case acceptable(index: Int)
        /// The peer of a connection that sends a stream has closed its side.
        case peerGone(Int32)
        /// A connection that waited for its handshake to go on can go on.
        case resumable(Int32)
        /// A socket that is read to its end has something to read.
        case readable(Int32)
        case woken
    }

    private enum Tag: UInt64 {
        case listener = 1
        case peer = 2
        case drain = 3
        case wake = 4
        case handshake = 5
    }

    private let epoll: Int32
    private let wakeup: Int32

    init() throws(HTTPServerError) {
        epoll = clinux_epoll_create()
        guard epoll >= 0 else { throw .start("no epoll set: \(systemMessage(errno))") }
        wakeup = clinux_eventfd()
        guard wakeup >= 0, clinux_epoll_add(epoll, wakeup, clinux_readable(), Self.tag(.wake, 0)) == 0 else {
            let reason = systemMessage(errno)
            close(epoll)
            throw .start("no event descriptor: \(reason)")
        }
    }

    deinit {
        close(wakeup)
        close(epoll)
    }

    func listen(_ descriptor: Int32, index: Int) -> Bool {
        clinux_epoll_add(epoll, descriptor, clinux_readable(), Self.tag(.listener, UInt32(index))) == 0
    }

    /// From any thread. A failure costs no more than a listener that is noticed late, when it is written to.
    func watchPeer(_ descriptor: Int32) {
        _ = clinux_epoll_add(
            epoll, descriptor, clinux_peer_gone_once(), Self.tag(.peer, UInt32(bitPattern: descriptor)))
    }

    /// From any thread.
    func watchHandshake(_ descriptor: Int32) -> Bool {
        let tag = Self.tag(.handshake, UInt32(bitPattern: descriptor))
        return clinux_epoll_add(epoll, descriptor, clinux_readable_once(), tag) == 0
    }

    func drain(_ descriptor: Int32) -> Bool {
        clinux_epoll_add(epoll, descriptor, clinux_readable(), Self.tag(.drain, UInt32(bitPattern: descriptor))) == 0
    }

    func forget(_ descriptor: Int32) {
        _ = clinux_epoll_remove(epoll, descriptor)
    }

    /// From any thread.
    func wake() {
        var one: UInt64 = 1
        _ = write(wakeup, &one, 8)
    }

    /// Waits for events, at most so long; nil waits for ever.
    func wait(milliseconds: UInt64?) -> [Event] {
        var tags = [UInt64](repeating: 0, count: 64)
        var happened = [UInt32](repeating: 0, count: 64)
        let timeout = milliseconds.map { Int32(clamping: $0) } ?? -1
        let count = clinux_epoll_wait(epoll, &tags, &happened, timeout)
        guard count > 0 else { return [] }
        return tags.prefix(Int(count)).compactMap { tag in
            let value = UInt32(truncatingIfNeeded: tag)
            switch Tag(rawValue: tag >> 32) {
            case .listener: return .acceptable(index: Int(value))
            case .peer: return .peerGone(Int32(bitPattern: value))
            case .handshake: return .resumable(Int32(bitPattern: value))
            case .drain: return .readable(Int32(bitPattern: value))
            case .wake:
                var count: UInt64 = 0
                _ = read(wakeup, &count, 8)
                return .woken
            case nil: return nil
            }
        }
    }

    /// Whether the peer of a connection has closed its side, or the connection is broken.
    static func isPeerGone(_ descriptor: Int32) -> Bool {
        clinux_is_peer_gone(descriptor) != 0
    }

    private static func tag(_ tag: Tag, _ value: UInt32) -> UInt64 {
        tag.rawValue << 32 | UInt64(value)
    }
}
