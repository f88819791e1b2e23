import Sweeping
import Synchronization

/// A clock that stands still unless it is told to go on; sleeping moves it by the length of the sleep at once.
package final class ManualClock: SweepClock {
    private struct State {
        var now: Timestamp
        var uptime: Duration = .seconds(1000)
        var sleeps: [Duration] = []
        var readings = 0
    }

    private let state: Mutex<State>

    package init(_ now: Timestamp) {
        state = Mutex(State(now: now))
    }

    package func now() -> Timestamp {
        state.withLock { state in
            state.readings += 1
            return state.now
        }
    }

    package func uptime() -> Duration { state.withLock(\.uptime) }

    package func sleep(for pause: Duration) async {
        state.withLock { state in
            state.sleeps.append(pause)
            state.uptime += pause
            state.now = state.now + pause
        }
    }

    /// Lets time pass.
    package func advance(by span: Duration) {
        state.withLock { state in
            state.uptime += span
            state.now = state.now + span
        }
    }

    /// Every pause that was asked for.
    package var sleeps: [Duration] { state.withLock(\.sleeps) }
    /// How many times the wall clock was read.
    package var readings: Int { state.withLock(\.readings) }
}
