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
        var begun: Duration = .zero
        var deadline: Duration = .zero
    }

    /// A lock that is held most of the time is only met while it is free by trying often; who finds it held for the first time can expect to
    /// find it free soon.
    private static func step(after waited: Duration) -> Duration {
        waited < .milliseconds(5) ? .microseconds(500) : .microseconds(100)
    }

    private let state = Mutex(State())
    private let isStopping: @Sendable () -> Bool

    init(isStopping: @escaping @Sendable () -> Bool) {
        self.isStopping = isStopping
    }

    /// Sets how long the statements that follow may wait, all in all.
    func allow(_ patience: Duration) {
        let now = MonotonicTime.now()
        state.withLock { $0 = State(begun: now, deadline: now + patience) }
    }

    /// Whether the run is to end, so that nothing is worth waiting for.
    var isOver: Bool { isStopping() }

    /// SQLite's busy handler: true to try again.
    func wait() -> Bool {
        let now = MonotonicTime.now()
        let state = state.withLock { $0 }
        guard now < state.deadline, !isStopping() else { return false }
        usleep(UInt32(BusyGate.step(after: now - state.begun).wholeMicroseconds))
        return true
    }

    /// Leaves the lock alone for so long.
    func rest(_ span: Duration) {
        let end = MonotonicTime.now() + span
        while case let left = end - MonotonicTime.now(), left > .zero, !isStopping() {
            usleep(UInt32(min(left, .milliseconds(2)).wholeMicroseconds))
        }
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
