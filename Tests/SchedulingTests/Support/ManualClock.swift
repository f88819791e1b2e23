import CivilTime
import Scheduling
import Synchronization

/// Clocks that stand still unless a test moves them. They say who waits on them, so that no test has to sleep.
final class ManualClock: ScheduleClock {
    private struct Waiter {
        let deadline: Duration
        let wakes: CheckedContinuation<Void, Never>
    }

    private struct State {
        var reading: ClockReading
        var waiters: [Int: Waiter] = [:]
        var cancelled: Set<Int> = []
        var number = 0
    }

    private let state: Mutex<State>
    private let began: Duration
    /// The deadlines of waits as they begin.
    private let waits = Mailbox<Duration>()

    init(wall: Timestamp = utc("2026-03-02 10:00"), sinceBoot: Duration = .hours(1)) {
        began = sinceBoot
        state = Mutex(State(reading: ClockReading(wall: wall, sinceBoot: sinceBoot)))
    }

    func wallTime() -> Timestamp { state.withLock { $0.reading.wall } }

    func sinceBoot() -> Duration { state.withLock { $0.reading.sinceBoot } }

    func awake() -> Duration { state.withLock { $0.reading.awake } }

    func wait(until deadline: Duration) async {
        let number = state.withLock { state in
            state.number += 1
            return state.number
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if deadline <= state.reading.sinceBoot || state.cancelled.contains(number) { return true }
                    state.waiters[number] = Waiter(deadline: deadline, wakes: continuation)
                    return false
                }
                if isOver { continuation.resume() } else { waits.put(deadline) }
            }
        } onCancel: {
            state.withLock { state in
                state.cancelled.insert(number)
                return state.waiters.removeValue(forKey: number)
            }?.wakes.resume()
        }
    }

    /// Returns once somebody waits, with the time until when, since this clock's beginning; each wait is told of once.
    func nextWait() async -> Duration {
        await waits.take() - began
    }

    /// Lets time pass on all clocks, and wakes whoever waited for it.
    /// - Parameter asleep: the machine is suspended meanwhile.
    func pass(_ span: Duration, asleep: Bool = false) {
        let woken = state.withLock { state in
            state.reading.sinceBoot += span
            if !asleep { state.reading.awake += span }
            state.reading.wall = state.reading.wall + span
            let due = state.waiters.filter { $0.value.deadline <= state.reading.sinceBoot }
            for number in due.keys { state.waiters[number] = nil }
            return due.values.map(\.wakes)
        }
        for waiter in woken { waiter.resume() }
    }

    func setWallClock(by span: Duration) {
        state.withLock { $0.reading.wall = $0.reading.wall + span }
    }
}
