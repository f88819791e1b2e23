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

    private struct Row: Hashable {
        let table: UInt32
        let name: Value
        let fate: Fate
    }

    /// What lies beyond isn't remembered, so that memory stays bounded.
    private static let most = 1_000_000

    private let rows = Mutex<Set<Row>>([])

    func insert(_ names: some Sequence<Value>, of table: UInt32, as fate: Fate) {
        rows.withLock { rows in
            guard rows.count < ForeseenRows.most else { return }
            rows.formUnion(names.lazy.map { Row(table: table, name: $0, fate: fate) })
        }
    }

    func contains(_ name: Value, of table: UInt32, as fate: Fate) -> Bool {
        rows.withLock { $0.contains(Row(table: table, name: name, fate: fate)) }
    }
}
