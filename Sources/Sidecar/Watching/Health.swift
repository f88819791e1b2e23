import Sweeping
import Synchronization

/// Whether what must turn does: the schedule's loop, and runs, which come to an end. It is asked without waiting for anybody.
package final class Health: Sendable {
    /// The schedule's loop looks at the clock every few seconds. After so long without, it is stuck.
    package static let longestStandstill: Duration = .seconds(60)
    /// How long after its time limit a run is over for certain.
    package static let afterTimeLimit: Duration = .minutes(5)

    private struct Expectation {
        let what: String
        let since: Duration
        let until: Duration
    }

    private struct State {
        var timeLimit: Duration
        var expected: [String: Expectation] = [:]
    }

    private let now: @Sendable () -> Duration
    private let state: Mutex<State>
    private static let schedule = "schedule"

    /// - Parameters:
    ///   - timeLimit: a run's.
    ///   - now: a clock that stands still while the machine is suspended.
    package init(timeLimit: Duration, now: @escaping @Sendable () -> Duration = { SystemClock().awake() }) {
        self.now = now
        state = Mutex(State(timeLimit: timeLimit))
    }

    /// What is wrong and what to do; nil when all is well.
    package var problem: String? {
        let moment = now()
        let late = state.withLock { $0.expected.values.filter { $0.until < moment }.min { $0.since < $1.since } }
        return late.map {
            "\($0.what) for \(Duration.seconds((moment - $0.since).components.seconds).prometheusText): restart jobsweep"
        }
    }

    /// Takes over a new time limit for the runs that begin from now on.
    func apply(timeLimit: Duration) {
        state.withLock { $0.timeLimit = timeLimit }
    }

    /// The schedule's loop has turned.
    /// - Parameter isBusy: it waits for a run now, and turns again when that is over.
    func scheduleTurned(isBusy: Bool) {
        expect(
            Health.schedule, "the schedule's loop hasn't turned", within: isBusy ? nil : Health.longestStandstill)
    }

    /// The schedule's loop has been told to end.
    func scheduleEnded() {
        state.withLock { $0.expected[Health.schedule] = nil }
    }

    func runBegan(_ id: String) {
        expect(id, "run \(id) hasn't come to its end", within: nil)
    }

    func runEnded(_ id: String) {
        state.withLock { $0.expected[id] = nil }
    }

    /// - Parameter span: nil for as long as a run may take.
    private func expect(_ id: String, _ what: String, within span: Duration?) {
        let moment = now()
        state.withLock { state in
            let span = span ?? state.timeLimit + Health.afterTimeLimit
            state.expected[id] = Expectation(what: what, since: moment, until: moment + span)
        }
    }
}
