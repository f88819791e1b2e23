import CMicrohttpd
import Glibc

/// Sockets that were answered before their peers had sent all: read for a moment before they are closed.
///
/// Closing a socket with unread bytes sends a reset, which may reach the peer before the answer does and destroy it
/// (RFC 9112 section 9.6).
struct LingeringSockets: ~Copyable {
    private struct Entry {
        var bytesLeft: Int
        var deadline: UInt64
    }

    /// More than this at once are closed without ado.
    private static let limit = 64
    private static let patience: UInt64 = 1000
    private static let bytes = 1 << 20

    private var entries: [Int32: Entry] = [:]
    private let poller: Poller

    init(poller: Poller) {
        self.poller = poller
    }

    var isEmpty: Bool { entries.isEmpty }

    /// Takes a descriptor over.
    mutating func add(_ descriptor: Int32, now: UInt64) {
        shutdown(descriptor, Int32(SHUT_WR))
        guard entries.count < Self.limit, poller.drain(descriptor) else {
            close(descriptor)
            return
        }
        entries[descriptor] = Entry(bytesLeft: Self.bytes, deadline: now + Self.patience)
    }

    /// Reads what is there.
    mutating func read(_ descriptor: Int32) {
        guard var entry = entries[descriptor] else { return }
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        entry.bytesLeft -= max(count, 0)
        guard count > 0, entry.bytesLeft > 0 else {
            release(descriptor)
            return
        }
        entries[descriptor] = entry
    }

    /// Closes those whose time is over.
    mutating func expire(now: UInt64) {
        for (descriptor, entry) in entries where now >= entry.deadline { release(descriptor) }
    }

    mutating func closeAll() {
        for descriptor in Array(entries.keys) { release(descriptor) }
    }

    private mutating func release(_ descriptor: Int32) {
        entries[descriptor] = nil
        poller.forget(descriptor)
        close(descriptor)
    }
}
