import Sweeping
import Synchronization

/// For how long the write lock is to be left alone after a batch, so that everybody who sleeps before it wakes up in time.
///
/// A writer that came at any moment of a hold is back within the nap that belongs to the hold's length. Where several write, some meet
/// each other instead of us, grow older that way, and then sleep longer than such a window lasts: so once a second the window is as long as
/// the longest nap there is.
final class WakingWindow: Sendable {
    private struct State {
        /// When the lock was last left alone for as long as anybody sleeps.
        var lastLong: Duration
        /// Whether others have written since.
        var othersWrite = false
    }

    private static let full = SleepingWriters.longestNap + SleepingWriters.oversleep
    private static let interval: Duration = .seconds(1)

    private let state: Mutex<State>

    /// - Parameter now: the moment at which the run begins to write, on the clock of the moments that follow.
    init(now: Duration = MonotonicTime.now()) {
        state = Mutex(State(lastLong: now))
    }

    /// - Parameters:
    ///   - held: how long the lock was held since it was last left alone.
    ///   - waited: how long it was waited for before: others may have waited as long by then.
    ///   - othersWrote: whether somebody else has written since the last batch.
    ///   - now: the moment at which the lock was let go.
    func length(held: Duration, waited: Duration, othersWrote: Bool, now: Duration = MonotonicTime.now()) -> Duration {
        let window = max(held, SleepingWriters.nap(atAge: held + waited) + SleepingWriters.oversleep)
        return state.withLock { state in
            state.othersWrite = state.othersWrite || othersWrote
            let isDue = state.othersWrite && now - state.lastLong >= WakingWindow.interval
            guard isDue || window >= WakingWindow.full else { return window }
            state = State(lastLong: now)
            return max(window, WakingWindow.full)
        }
    }
}
