import Sweeping
import Synchronization

/// A clock that stands still unless it is told to go on; sleeping moves it by the length of the sleep at once.
final class ManualClock: SweepClock {
    private struct State {
        var now: Timestamp
        var uptime: Duration = .seconds(1000)
        var sleeps: [Duration] = []
        var readings = 0
    }

    private let state: Mutex<State>

    init(_ now: Timestamp = .noon) {
        state = Mutex(State(now: now))
    }

    func now() -> Timestamp {
        state.withLock { state in
            state.readings += 1
            return state.now
        }
    }

    func uptime() -> Duration { state.withLock(\.uptime) }

    func sleep(for pause: Duration) async {
        state.withLock { state in
            state.sleeps.append(pause)
            state.uptime += pause
            state.now = state.now + pause
        }
    }

    /// Lets time pass.
    func advance(by span: Duration) {
        state.withLock { state in
            state.uptime += span
            state.now = state.now + span
        }
    }

    /// Every pause that was asked for.
    var sleeps: [Duration] { state.withLock(\.sleeps) }
    /// How many times the wall clock was read.
    var readings: Int { state.withLock(\.readings) }
}
