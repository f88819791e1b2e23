import Glibc
import Sweeping
import Synchronization

/// How long this connection waits for other connections' locks. SQLite asks on the database's own queue, so waiting here blocks
/// nobody else.
///
/// Waiting ends as soon as the run is to end. While a commit waits for readers (rollback journal), new readers are kept out, so
/// that wait is kept short and the batch is tried again later instead.
final class BusyGate: Sendable {
    private struct State {
        var deadline: Duration = .zero
    }

    private static let step: Duration = .milliseconds(2)
    private let state = Mutex(State())
    private let isStopping: @Sendable () -> Bool

    init(isStopping: @escaping @Sendable () -> Bool) {
        self.isStopping = isStopping
    }

    /// Sets how long the statements that follow may wait, all in all.
    func allow(_ patience: Duration) {
        let deadline = MonotonicTime.now() + patience
        state.withLock { $0.deadline = deadline }
    }

    /// Whether the run is to end, so that nothing is worth waiting for.
    var isOver: Bool { isStopping() }

    /// SQLite's busy handler: true to try again.
    func wait() -> Bool {
        let deadline = state.withLock { $0.deadline }
        guard MonotonicTime.now() < deadline, !isStopping() else { return false }
        usleep(UInt32(BusyGate.step.wholeMicroseconds))
        return true
    }
}

/// The clock that lock times are measured with: it never goes back.
enum MonotonicTime {
    static func now() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
