import Sweeping
import Synchronization

/// How the rows of a session's operations come whole, each found out once.
final class WholeRowsKnown: Sendable {
    private struct State {
        var known: [String: WholeRows?] = [:]
        var entangled: Set<String> = []
    }

    private let state = Mutex(State())

    /// - Parameter find: finds it out; is told whether rows are known to go along with the operation's.
    /// - Returns: nil where they don't.
    func of(_ operation: String, _ find: (Bool) throws -> WholeRows?) throws -> WholeRows? {
        let (known, isEntangled) = state.withLock { ($0.known[operation], $0.entangled.contains(operation)) }
        if let known { return known }
        let found = try find(isEntangled)
        state.withLock { state in
            // What was learnt meanwhile stands.
            guard state.entangled.contains(operation) == isEntangled else { return }
            state.known[operation] = .some(found)
        }
        return found
    }

    /// Rows went along with one that was believed to be alone: from now on that is asked of each.
    func noteEntangled(_ operation: String) {
        state.withLock { state in
            guard state.entangled.insert(operation).inserted else { return }
            // Where they don't come whole at all, they don't.
            if case .some(.some) = state.known[operation] { state.known[operation] = nil }
        }
    }

    /// Where most rows of a page can't be made durable ahead, it is done in vain.
    func note(_ whole: Int, of all: Int, _ operation: String) {
        if whole * 2 < all { state.withLock { $0.known[operation] = .some(nil) } }
    }
}
