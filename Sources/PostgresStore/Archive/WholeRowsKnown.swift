import Sweeping
import Synchronization

/// How the rows of a session's operations come whole, each found out once.
final class WholeRowsKnown: Sendable {
    private let known = Mutex<[String: WholeRows?]>([:])

    /// - Returns: nil where they don't.
    func of(_ operation: String, _ find: () throws -> WholeRows?) throws -> WholeRows? {
        if let known = known.withLock({ $0[operation] }) { return known }
        let found = try find()
        known.withLock { $0[operation] = .some(found) }
        return found
    }

    /// Where most rows of a page can't be made durable ahead, it is done in vain.
    func note(_ whole: Int, of all: Int, _ operation: String) {
        if whole * 2 < all { known.withLock { $0[operation] = .some(nil) } }
    }
}
