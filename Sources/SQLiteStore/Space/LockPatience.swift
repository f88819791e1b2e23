import GRDB
import Sweeping

/// Tries again what needs a lock, until it was had or the patience is over.
struct LockPatience {
    /// While SQLite waits for readers to go, it lets no new ones in: better to give up soon and try again.
    static let waitForReaders: Duration = .milliseconds(100)
    static let retryPause: Duration = .milliseconds(50)

    let gate: BusyGate
    let limit: Duration

    /// - Parameter attempt: is given the moment at which the patience is over. It has undone everything when it throws.
    func callAsFunction<Value>(_ attempt: (_ deadline: Duration) throws -> Value) throws -> Value {
        let deadline = MonotonicTime.now() + limit
        while true {
            do {
                return try attempt(deadline)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && MonotonicTime.now() < deadline
            {
                gate.rest(LockPatience.retryPause)
                if gate.isOver { throw error }
            }
        }
    }
}
