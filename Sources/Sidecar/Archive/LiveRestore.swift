import Sweeping
import Synchronization

/// A restore of this process: where it stands, for everybody and without waiting for it.
package final class LiveRestore: Sendable {
    private struct State {
        var record: RunRecord
        var listeners: [Int: @Sendable (RunRecord) -> Void] = [:]
        var nextListener = 0
    }

    private let state: Mutex<State>
    private let control: RunControl

    init(_ record: RunRecord, _ control: RunControl) {
        state = Mutex(State(record: record))
        self.control = control
    }

    var record: RunRecord { state.withLock { $0.record } }

    /// Tells `listener` how far it is from now on, until its end or `stopListening`. It must not block.
    func listen(_ listener: @escaping @Sendable (RunRecord) -> Void) -> Int {
        state.withLock { state in
            state.nextListener += 1
            state.listeners[state.nextListener] = listener
            return state.nextListener
        }
    }

    func stopListening(_ id: Int) {
        state.withLock { _ = $0.listeners.removeValue(forKey: id) }
    }

    func note(_ progress: RunProgress) {
        let (record, listeners) = state.withLock { state in
            state.record.progress = progress
            return (state.record, Array(state.listeners.values))
        }
        for listener in listeners { listener(record) }
    }

    /// Ends it at its next batch.
    /// - Returns: false where it is over.
    @discardableResult
    func cancel(by requester: Requester?) -> Bool {
        let isRunning = state.withLock { state in
            guard case .running = state.record.phase else { return false }
            state.record.endedBy = requester
            return true
        }
        if isRunning { control.cancel() }
        return isRunning
    }

    func finish(_ report: RestoreReport) -> RunRecord {
        state.withLock { state in
            state.record.finish(report, json: RestoreText.json(report))
            if report.status != .cancelled { state.record.endedBy = nil }
            state.listeners = [:]
            return state.record
        }
    }
}
