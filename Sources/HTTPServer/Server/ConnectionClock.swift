import Glibc
import Synchronization

/// What a connection is doing and until when it may: one word, written by the connection's thread for every request and
/// read by the thread that ends what takes too long.
///
/// libmicrohttpd's own timeout starts anew with every byte, so that a client may hold a connection for ever with a byte
/// a second. These deadlines are absolute.
struct ConnectionClock: ~Copyable {
    enum Phase: UInt64 {
        /// A request's headers are on their way (or nothing has come yet on a new connection).
        case head
        /// A request's body is on its way.
        case body
        /// The handler has yet to answer; no limit here.
        case handling
        /// A response is being sent.
        case sending
        /// A stream is being sent; its own limits hold.
        case streaming
        /// Between a response and the next request.
        case idle
    }

    /// One reading of the clock. Equal readings mean that nothing has happened in between.
    struct Reading: Equatable {
        fileprivate let word: UInt64

        /// Milliseconds of `now()`; the far future for phases without a limit.
        var deadline: UInt64 { word >> 20 }
        var phase: Phase { Phase(rawValue: word & 0xF) ?? .handling }

        /// Whether the connection may be closed to make room: it has not completed a request, or not begun one.
        var canGiveWay: Bool { phase == .head || phase == .idle }

        /// Whether it is the client's turn to send.
        var isReceiving: Bool { canGiveWay || phase == .body }
    }

    // Bits 0-3: the phase; 4-19: counts changes, so that equal words mean no change; 20-63: the deadline.
    private let word: Atomic<UInt64>

    /// The largest deadline that fits.
    static let never: UInt64 = (1 << 44) - 1

    init(_ phase: Phase, deadline: UInt64) {
        word = Atomic(Self.pack(phase, deadline: deadline, count: 0))
    }

    var reading: Reading { Reading(word: word.load(ordering: .relaxed)) }

    /// By the connection's own thread.
    func enter(_ phase: Phase, deadline: UInt64 = never) {
        let count = (word.load(ordering: .relaxed) >> 4) &+ 1
        word.store(Self.pack(phase, deadline: deadline, count: count), ordering: .relaxed)
    }

    /// By another thread: only where nothing has happened since the reading.
    func enter(_ phase: Phase, deadline: UInt64, ifStill reading: Reading) {
        let count = (reading.word >> 4) &+ 1
        _ = word.compareExchange(
            expected: reading.word, desired: Self.pack(phase, deadline: deadline, count: count), ordering: .relaxed)
    }

    /// Milliseconds since some moment, whatever happens to the wall clock, to within a few.
    static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
        return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
    }

    private static func pack(_ phase: Phase, deadline: UInt64, count: UInt64) -> UInt64 {
        min(deadline, never) << 20 | (count & 0xFFFF) << 4 | phase.rawValue
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, not below 0.
    var milliseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0 else { return 0 }
        return UInt64(seconds) * 1000 + UInt64((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
