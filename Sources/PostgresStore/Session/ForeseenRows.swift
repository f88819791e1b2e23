import Sweeping
import Synchronization

/// What a dry run would have made of rows by now, by table and name: they still are what they were, so whoever asks later what a row is in
/// a run has to know.
final class ForeseenRows: Sendable {
    enum Fate: Hashable, Sendable {
        /// It went along with another.
        case gone
        /// It was made something else.
        case settled
    }

    private struct Place: Hashable {
        let table: UInt32
        let fate: Fate
    }

    private struct State {
        var names: [Place: Set<Value>] = [:]
        var count = 0
    }

    /// What lies beyond isn't remembered, so that memory stays bounded.
    private static let most = 1_000_000

    private let state = Mutex(State())

    /// - Returns: how many of them are new.
    @discardableResult
    func insert(_ names: some Sequence<Value>, of table: UInt32, as fate: Fate) -> Int {
        state.withLock { state in
            var known = state.names[Place(table: table, fate: fate)] ?? []
            let before = known.count
            state.names[Place(table: table, fate: fate)] = nil
            var new = 0
            for name in names where !known.contains(name) {
                new += 1
                if state.count + new <= ForeseenRows.most { known.insert(name) }
            }
            state.count += known.count - before
            state.names[Place(table: table, fate: fate)] = known
            return new
        }
    }

    func contains(_ name: Value, of table: UInt32, as fate: Fate) -> Bool {
        state.withLock { $0.names[Place(table: table, fate: fate)]?.contains(name) == true }
    }

    /// The names of the rows that went, as far as they are remembered.
    func gone(of table: UInt32) -> Set<Value> {
        state.withLock { $0.names[Place(table: table, fate: .gone)] ?? [] }
    }
}
