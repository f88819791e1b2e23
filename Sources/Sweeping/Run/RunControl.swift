import Synchronization

/// Lets others end a run; it ends at the next batch and keeps what it did.
package final class RunControl: Sendable {
    private let cancelled = Mutex(false)

    package init() {}

    package func cancel() {
        cancelled.withLock { $0 = true }
    }

    package var isCancelled: Bool {
        cancelled.withLock { $0 }
    }
}

/// Why a run ended before its work was done.
package enum StopReason: Error, Sendable, Equatable {
    case cancelled
    case timeLimit
}
