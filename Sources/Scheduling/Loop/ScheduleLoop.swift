import CivilTime
import Synchronization

/// Starts runs when they are due.
///
/// The schedule begins with `init`: from then on `nextDue` has an answer, before `run()` is called.
package final class ScheduleLoop: Sendable {
    /// How long a wait may be: a clock that was set is noticed within this time.
    package static let longestWait: Duration = .seconds(5)

    private struct State {
        var schedule: ScheduleState
        var random: any RandomNumberGenerator & Sendable
        /// The wait that is under way, which a new policy ends.
        var wait: Task<Void, Never>?
    }

    /// What the loop does next.
    package enum Turn: Sendable {
        /// It waits, for no longer than `longestWait`.
        case waits
        /// It calls `onDue` or `onMisfire`.
        case isBusy
        /// It has been told to end.
        case ends
    }

    private enum Step {
        case wait(Task<Void, Never>)
        case run(DueTrigger)
        case misfired(count: Int)
    }

    private let clock: any ScheduleClock
    private let state: Mutex<State>
    private let onDue: @Sendable (DueTrigger) async -> Void
    private let onMisfire: @Sendable (Int) async -> Void
    private let onTurn: @Sendable (Turn) -> Void

    /// - Parameters:
    ///   - lastStart: when the last run before this start began; nil when none is remembered.
    ///   - random: where the jitter comes from.
    ///   - onDue: makes a run and returns when it is over. It is never called while a call is under way, and is cancelled with
    ///     `run()`, which returns after it.
    ///   - onMisfire: is told how many misfires to count.
    ///   - onTurn: is told each time the loop has turned: silence for much longer than `longestWait` means that it is stuck.
    package init(
        clock: any ScheduleClock, policy: SchedulePolicy, lastStart: Timestamp?,
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        onDue: @escaping @Sendable (DueTrigger) async -> Void,
        onMisfire: @escaping @Sendable (_ count: Int) async -> Void,
        onTurn: @escaping @Sendable (Turn) -> Void = { _ in }
    ) {
        var random = random
        let schedule = ScheduleState(policy: policy, lastStart: lastStart, at: clock.reading, using: &random)
        self.clock = clock
        self.onDue = onDue
        self.onMisfire = onMisfire
        self.onTurn = onTurn
        state = Mutex(State(schedule: schedule, random: random))
    }

    /// When the next run is to start, by the wall clock as it stands now: for `jobsweep_next_run_timestamp_seconds`.
    ///
    /// Computed anew at each call, so it stays true when the wall clock is set. During a run it is the run after it.
    package var nextDue: Timestamp {
        state.withLock { $0.schedule.nextDue(at: clock.reading, using: &$0.random) }
    }

    /// The policy in force.
    package var policy: SchedulePolicy {
        state.withLock { $0.schedule.policy }
    }

    /// Takes over a policy, at once when the loop waits, else when the run under way is over.
    package func update(policy: SchedulePolicy) {
        let wait = state.withLock { state in
            state.schedule.replace(with: policy, at: clock.reading, using: &state.random)
            return state.wait
        }
        wait?.cancel()
    }

    /// Makes runs until the task is cancelled. To be called once.
    package func run() async {
        while !Task.isCancelled {
            switch nextStep() {
            case .wait(let wait):
                onTurn(.waits)
                await withTaskCancellationHandler {
                    await wait.value
                } onCancel: {
                    wait.cancel()
                }
            case .run(let trigger):
                onTurn(.isBusy)
                await onDue(trigger)
            case .misfired(let count):
                onTurn(.isBusy)
                await onMisfire(count)
            }
        }
        onTurn(.ends)
    }

    /// Decides, and begins the wait under the same lock: a new policy either is part of the decision or ends the wait.
    private func nextStep() -> Step {
        state.withLock { state in
            state.wait = nil
            let now = clock.reading
            switch state.schedule.decide(at: now, using: &state.random) {
            case .run(let trigger): return .run(trigger)
            case .misfired(let count): return .misfired(count: count)
            case .wait(let deadline):
                let wait = Task { [clock] in
                    await clock.wait(until: min(deadline, now.sinceBoot + ScheduleLoop.longestWait))
                }
                state.wait = wait
                return .wait(wait)
            }
        }
    }
}
