import Sweeping
import Synchronization

/// Rows that a dry run would have changed, by table and name. They still are what they were, so whoever asks later what a row is in a
/// run has to know.
final class SettledRows: Sendable {
    /// What lies beyond isn't remembered, so that memory stays bounded.
    private static let most = 1_000_000

    private let rows = Mutex<[SQLName: Set<Value>]>([:])

    func insert(_ names: some Sequence<Value>, of table: String) {
        rows.withLock { rows in
            guard rows.values.reduce(0, { $0 + $1.count }) < SettledRows.most else { return }
            rows[SQLName(table), default: []].formUnion(names)
        }
    }

    func contains(_ name: Value, of table: String) -> Bool {
        rows.withLock { $0[SQLName(table)]?.contains(name) == true }
    }
}
