import Sweeping
import Synchronization

/// A clock whose wall time stands still. Time passes for real, and a pause is over at once: who asked for it finds that it has passed.
package final class HastyClock: SweepClock {
    private let time: Timestamp
    private let start = ContinuousClock.now
    private let slept = Mutex(Duration.zero)

    package init(now: Timestamp) {
        time = now
    }

    package func now() -> Timestamp { time }
    package func uptime() -> Duration { slept.withLock { ContinuousClock.now - start + $0 } }
    package func sleep(for pause: Duration) async { slept.withLock { $0 += pause } }
}
