import Synchronization

/// A response that is written while it is sent: a bounded mailbox between producers on any thread and one connection.
///
/// A connection whose mailbox is empty is suspended and costs no thread. A listener that reads too slowly for its
/// producers fills the mailbox and is dropped; one that goes away is noticed and everything that it held is freed.
package final class ResponseStream: Sendable {
    /// Why a stream is over.
    package enum End: Sendable, Equatable {
        /// `finish()` was called and all was sent.
        case finished
        /// The listener went away, or the response was not sent at all.
        case listenerGone
        /// The listener did not read, and the mailbox was full.
        case tooSlow
        /// The server stopped.
        case serverStopped
    }

    /// What the stream asks of its connection. The server provides it.
    struct Link: Sendable {
        /// Holds the connection until `resume`. On the connection's own thread.
        var suspend: @Sendable () -> Void
        /// From any thread.
        var resume: @Sendable () -> Void
        /// Closes the connection at once. From any thread.
        var cut: @Sendable () -> Void
    }

    /// What the connection is to send next.
    enum Next: Equatable {
        case bytes(Int)
        case suspended
        case end
        case broken
    }

    private enum Verdict {
        case accepted
        case refused
        case overflow
    }

    private enum Phase {
        case unattached
        case attached(Link, suspended: Bool)
        case over
    }

    private struct State {
        var phase = Phase.unattached
        var isFinished = false
        var waiting: [UInt8] = []
        /// How much of `waiting` was sent.
        var sent = 0
        /// What it means that everything was sent.
        var completion = End.finished
        var onClose: (@Sendable (End) -> Void)?
    }

    private let capacity: Int
    private let state: Mutex<State>

    /// - Parameters:
    ///   - capacity: bytes that may wait to be sent, beyond what the kernel's buffers take.
    ///   - onClose: called exactly once, from any thread, when the stream is over. It may be called before `write` that
    ///     overfills the mailbox returns; it must not call the stream's own functions.
    package init(capacity: Int = 256 * 1024, onClose: @escaping @Sendable (End) -> Void = { _ in }) {
        self.capacity = capacity
        state = Mutex(State(onClose: onClose))
    }

    /// Whether what is written now may still arrive.
    package var isOpen: Bool {
        state.withLock { state in
            if case .over = state.phase { false } else { !state.isFinished }
        }
    }

    /// Gives bytes to the listener, without waiting. False if the stream is over, or by this: the mailbox is full.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
        let verdict = state.withLock { state -> Verdict in
            if state.isFinished { return .refused }
            if case .over = state.phase { return .refused }
            guard state.waiting.count - state.sent + bytes.count <= capacity else { return .overflow }
            state.waiting += bytes
            wake(&state)
            return .accepted
        }
        if verdict == .overflow { end(.tooSlow, cut: true) }
        return verdict == .accepted
    }

    @discardableResult
    package func write(_ text: String) -> Bool {
        write(Array(text.utf8))
    }

    /// Ends the response once what was written has been sent.
    package func finish() {
        state.withLock { state in
            state.isFinished = true
            wake(&state)
        }
    }

    private func wake(_ state: inout State) {
        guard case .attached(let link, suspended: true) = state.phase else { return }
        state.phase = .attached(link, suspended: false)
        link.resume()
    }
}

// MARK: - The connection's side

extension ResponseStream {
    /// Binds the stream to its connection. False if it is over already, or has a connection.
    func attach(_ link: Link) -> Bool {
        state.withLock { state in
            guard case .unattached = state.phase else { return false }
            state.phase = .attached(link, suspended: false)
            return true
        }
    }

    /// Moves waiting bytes to `buffer`. On the connection's own thread.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Next {
        state.withLock { state in
            guard case .attached(let link, _) = state.phase else { return .broken }
            let waiting = state.waiting.count - state.sent
            if waiting == 0 {
                if state.isFinished { return .end }
                state.phase = .attached(link, suspended: true)
                // Under the lock, so that no resume can come before it.
                link.suspend()
                return .suspended
            }
            let count = min(waiting, buffer.count)
            state.waiting.withUnsafeBytes {
                buffer.copyMemory(from: .init(rebasing: $0[state.sent..<state.sent + count]))
            }
            state.sent += count
            if state.sent == state.waiting.count {
                state.waiting.removeAll(keepingCapacity: state.waiting.capacity <= 16 * 1024)
                state.sent = 0
            }
            return .bytes(count)
        }
    }

    /// The response was sent whole, or its connection is gone: nothing of the connection may be touched any more.
    func detach() {
        let end = state.withLock { state in
            state.isFinished && state.sent == state.waiting.count ? state.completion : .listenerGone
        }
        self.end(end, cut: false)
    }

    /// Ends the response once what was written has been sent, because the server stops.
    func finishForStop() {
        state.withLock { state in
            if !state.isFinished { state.completion = .serverStopped }
            state.isFinished = true
            wake(&state)
        }
    }

    /// Ends the stream now, with what is waiting unsent.
    ///
    /// - Parameter cut: whether to close its connection as well, which may be stuck in sending.
    func end(_ reason: End, cut: Bool) {
        let (link, onClose) = state.withLock { state -> (Link?, (@Sendable (End) -> Void)?) in
            if case .over = state.phase { return (nil, nil) }
            var link: Link?
            if case .attached(let attached, _) = state.phase { link = attached }
            // Under the lock: the connection is there for as long as the phase says so.
            wake(&state)
            state.phase = .over
            state.waiting = []
            state.sent = 0
            defer { state.onClose = nil }
            return (link, state.onClose)
        }
        // This looks the connection up again, and does nothing where it is gone.
        if cut { link?.cut() }
        onClose?(reason)
    }
}
