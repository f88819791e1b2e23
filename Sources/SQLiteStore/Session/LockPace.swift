import Sweeping
import Synchronization

/// A session's windows for SQLite's waiting writers, by the clock that lock times are measured with.
final class LockPace: Sendable {
    private let window: Mutex<WakingWindow>

    init(now: Duration = MonotonicTime.now()) {
        window = Mutex(WakingWindow(.ofSQLite, now: now))
    }

    /// For how long the lock is to be left alone now.
    func rest(held: Duration, waited: Duration, othersWrote: Bool, now: Duration = MonotonicTime.now()) -> Duration {
        window.withLock { $0.length(held: held, waited: waited, othersWrote: othersWrote, now: now) }
    }
}
