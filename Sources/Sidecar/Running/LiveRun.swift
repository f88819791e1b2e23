import Sweeping
import Synchronization

/// What everybody may know of the run that is under way, at any moment and without waiting for it.
package final class LiveRun: Sendable {
    private struct State {
        var current: RunRecord?
        var last: RunRecord?
        var totals = RunTotals()
        /// How many runs have begun or ended here.
        var turns = 0
        var listeners: [Int: @Sendable (Event) -> Void] = [:]
        var nextListener = 0
    }

    /// What a listener is told.
    package enum Event: Sendable {
        case progress(RunRecord)
        case finished(RunRecord)
    }

    private let state = Mutex(State())

    package init() {}

    package var current: RunRecord? { state.withLock { $0.current } }

    /// The last run of this process.
    package var last: RunRecord? { state.withLock { $0.last } }

    /// The run under way and the totals, of one moment: a run that is under way isn't in the totals, one that is over is.
    package var snapshot: (current: RunRecord?, totals: RunTotals) {
        state.withLock { ($0.current, $0.totals) }
    }

    package var isRunning: Bool { state.withLock { $0.current != nil } }

    package var progress: RunProgress? { current?.progress }

    /// Tells `listener` of everything from now on, until `stopListening`. It is called on the sweep's own thread and must not block.
    package func listen(_ listener: @escaping @Sendable (Event) -> Void) -> Int {
        state.withLock { state in
            state.nextListener += 1
            state.listeners[state.nextListener] = listener
            return state.nextListener
        }
    }

    package func stopListening(_ id: Int) {
        state.withLock { _ = $0.listeners.removeValue(forKey: id) }
    }

    func begin(_ record: RunRecord) {
        tell { state in
            state.turns += 1
            state.current = record
            return .progress(record)
        }
    }

    func note(_ progress: RunProgress) {
        tell { state in
            guard state.current != nil, state.current?.progress != progress else { return nil }
            state.current?.progress = progress
            return state.current.map { .progress($0) }
        }
    }

    /// How many runs have begun or ended here: to be asked before totals are read.
    var turns: Int { state.withLock { $0.turns } }

    /// Shows totals that were read anew. During a run those that stand hold, since the new ones may have the run in them already;
    /// and where one has begun or ended since they were asked for, they may be the older ones.
    func show(_ totals: RunTotals, askedAt turns: Int) {
        state.withLock { state in
            if state.current == nil, state.turns == turns { state.totals = totals }
        }
    }

    /// Ends the run for everybody, together with the totals that it is part of.
    func end(_ record: RunRecord, totals: RunTotals) {
        tell { state in
            state.turns += 1
            state.totals = totals
            state.current = nil
            state.last = record
            return .finished(record)
        }
    }

    /// Decides under the lock, tells outside it.
    private func tell(_ change: (inout State) -> Event?) {
        let (event, listeners) = state.withLock { state in
            let event = change(&state)
            return (event, Array(state.listeners.values))
        }
        guard let event else { return }
        for listener in listeners { listener(event) }
    }
}
