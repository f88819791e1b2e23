import Sweeping
import Synchronization

/// A restore of this process: where it stands, for everybody and without waiting for it.
package final class LiveRestore: Sendable {
    private let state: Mutex<RunRecord>
    private let control: RunControl

    init(_ record: RunRecord, _ control: RunControl) {
        state = Mutex(record)
        self.control = control
    }

    var record: RunRecord { state.withLock { $0 } }

    /// Ends it at its next batch.
    /// - Returns: false where it is over.
    @discardableResult
    func cancel(by requester: Requester?) -> Bool {
        let isRunning = state.withLock { record in
            guard case .running = record.phase else { return false }
            record.endedBy = requester
            return true
        }
        if isRunning { control.cancel() }
        return isRunning
    }

    func finish(_ report: RestoreReport) -> RunRecord {
        state.withLock { record in
            record.finish(report, json: RestoreText.json(report))
            if report.status != .cancelled { record.endedBy = nil }
            return record
        }
    }
}
