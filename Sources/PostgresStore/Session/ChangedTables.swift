import Synchronization

/// How many rows of which tables a session has changed.
final class ChangedTables: Sendable {
    private let rows = Mutex<[UInt32: Int]>([:])

    func note(_ count: Int, of table: UInt32) {
        rows.withLock { $0[table, default: 0] += count }
    }

    var counts: [(table: UInt32, rows: Int)] {
        rows.withLock { $0.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
    }
    var tables: [UInt32] { counts.map(\.table) }
}
