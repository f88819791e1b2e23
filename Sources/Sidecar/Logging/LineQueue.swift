import Dispatch
import Glibc
import Synchronization

/// Writes lines to a descriptor without ever keeping anybody waiting for its reader.
///
/// Lines wait here, and a thread of their own writes them. Where nobody reads, what is beyond the bound is dropped: counted at once, and
/// said as soon as it flows again.
package final class LineQueue: Sendable {
    /// Where logs and notices go.
    package static let standardError = LineQueue(STDERR_FILENO)

    /// How many bytes may wait.
    package static let defaultLimit = 256 * 1024

    private struct State {
        var waiting: [[UInt8]] = []
        /// Those under way included.
        var waitingBytes = 0
        var isDraining = false
        var droppedTotal = 0
        /// What hasn't been told of yet.
        var droppedUntold = 0
        /// How much has been written, to see whether somebody reads.
        var written = 0
        var gapLine: @Sendable (Int) -> String = { "\($0) lines of the log were dropped, because nobody read them" }
    }

    private let descriptor: CInt
    private let limit: Int
    private let state = Mutex(State())
    private let thread: DispatchQueue

    package init(_ descriptor: CInt, limit: Int = defaultLimit) {
        self.descriptor = descriptor
        self.limit = limit
        thread = DispatchQueue(label: "jobsweep.lines")
    }

    /// How many lines have been dropped so far.
    package var dropped: Int { state.withLock { $0.droppedTotal } }

    /// Sets how the number of dropped lines is told of.
    package func describeGaps(_ line: @escaping @Sendable (Int) -> String) {
        state.withLock { $0.gapLine = line }
    }

    /// Takes a text to write, with its line's end where it is to have one. Returns at once.
    package func put(_ text: String) {
        let bytes = Array(text.utf8)
        let begins = state.withLock { state in
            guard state.waitingBytes + bytes.count <= limit else {
                state.droppedTotal += 1
                state.droppedUntold += 1
                return false
            }
            state.waiting.append(bytes)
            state.waitingBytes += bytes.count
            defer { state.isDraining = true }
            return !state.isDraining
        }
        if begins { thread.async { self.drain() } }
    }

    /// Waits until everything is written, as long as somebody reads: `patience` after the last byte went out it gives up.
    package func flush(patience: Duration = .seconds(2)) {
        let done = DispatchSemaphore(value: 0)
        thread.async { done.signal() }
        var before = -1
        while true {
            let written = state.withLock { $0.written }
            guard written != before else { return }
            before = written
            let wait = DispatchTimeInterval.milliseconds(Int(patience / .milliseconds(1)))
            if done.wait(timeout: .now() + wait) == .success { return }
        }
    }

    private func drain() {
        while let line = next() {
            let isWritten = write(line)
            state.withLock { state in
                state.waitingBytes -= line.count
                if !isWritten { state.droppedTotal += 1 }
            }
        }
    }

    /// The line to write next: first what came before a gap, then the gap.
    private func next() -> [UInt8]? {
        state.withLock { state in
            if !state.waiting.isEmpty { return state.waiting.removeFirst() }
            guard state.droppedUntold > 0 else {
                state.isDraining = false
                return nil
            }
            let line = Array((state.gapLine(state.droppedUntold) + "\n").utf8)
            state.droppedUntold = 0
            state.waitingBytes += line.count
            return line
        }
    }

    /// In one call where it can be: that keeps lines of several processes apart.
    /// - Returns: false where the reader has gone or the disk is full.
    private func write(_ line: [UInt8]) -> Bool {
        var rest = line[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                // Somebody else made the descriptor a non-blocking one.
                var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&wanted, 1, -1)
                continue
            }
            guard count > 0 else { return false }
            state.withLock { $0.written += count }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
