import Sweeping
import Synchronization

/// Why a session may do nothing more: what ended it answers every later request too, whoever asks.
final class SessionEnd: Sendable {
    private let reason = Mutex<StoreError?>(nil)

    /// The first reason stays.
    func note(_ error: StoreError) {
        reason.withLock { $0 = $0 ?? error }
    }

    /// More is known of it.
    func replace(with error: StoreError) {
        reason.withLock { $0 = error }
    }

    /// - Throws: the reason.
    func check() throws(StoreError) {
        if let error = reason.withLock({ $0 }) { throw error }
    }
}
