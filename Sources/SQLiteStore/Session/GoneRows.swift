import Synchronization

/// Rows that went in this session by row number, or would have gone in a dry run: who meets one of them later leaves it alone, and
/// nobody counts it twice.
///
/// A run remembers only what went along in the very table that it deletes from, which few databases know at all; a dry run remembers
/// everything that its rehearsals deleted, since the rows are still there.
final class GoneRows: Sendable {
    private struct State {
        /// By table.
        var rows: [SQLName: Set<Int64>] = [:]
        var room = GoneRows.most
    }

    /// What lies beyond isn't remembered, so that memory stays bounded: such a row may be counted twice.
    private static let most = 1_000_000

    private let state = Mutex(State())

    /// - Returns: whether the row is a new one.
    func insert(_ row: Int64, of table: SQLName) -> Bool {
        state.withLock { state in
            if state.room == 0 { return state.rows[table]?.contains(row) != true }
            guard state.rows[table, default: []].insert(row).inserted else { return false }
            state.room -= 1
            return true
        }
    }

    /// What was undone hasn't gone.
    func remove(_ row: Int64, of table: SQLName) {
        state.withLock { state in
            if state.rows[table]?.remove(row) != nil { state.room += 1 }
        }
    }

    func hasSome(of table: SQLName) -> Bool {
        state.withLock { $0.rows[table]?.isEmpty == false }
    }

    func contains(_ row: Int64, of table: SQLName) -> Bool {
        state.withLock { $0.rows[table]?.contains(row) == true }
    }
}
