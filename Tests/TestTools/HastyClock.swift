import Sweeping
import Synchronization

/// A clock whose wall time stands still. Time passes for real, unless it is to pass in pauses alone, as on a machine that is endlessly
/// fast; a pause is over at once: who asked for it finds that it has passed.
package final class HastyClock: SweepClock {
    private let time: Timestamp
    private let passesInPausesAlone: Bool
    private let start = ContinuousClock.now
    private let slept = Mutex(Duration.zero)

    package init(now: Timestamp, passesInPausesAlone: Bool = false) {
        time = now
        self.passesInPausesAlone = passesInPausesAlone
    }

    package func now() -> Timestamp { time }
    package func uptime() -> Duration {
        let passed = passesInPausesAlone ? .zero : ContinuousClock.now - start
        return slept.withLock { passed + $0 }
    }
    package func sleep(for pause: Duration) async { slept.withLock { $0 += pause } }
}
