import Sweeping
import Synchronization

/// Rows that went in this session, or would have gone in a dry run: who meets one of them later leaves it alone, and nobody counts it
/// twice.
///
/// A run remembers only what went along in the very table that it deletes from, which few databases know at all; a dry run remembers
/// everything that its rehearsals deleted, and what later operations would meet, since the rows are still there.
final class GoneRows: Sendable {
    private struct State {
        /// By table: row numbers, and the locators of rows that have none, as they are bound.
        var numbers: [SQLName: Set<Int64>] = [:]
        var locators: [SQLName: Set<[Value]>] = [:]
        var room = GoneRows.most
    }

    /// What lies beyond isn't remembered, so that memory stays bounded: such a row may be counted twice.
    private static let most = 1_000_000

    private let state = Mutex(State())

    /// - Returns: whether the row is a new one.
    func insert(_ row: Int64, of table: SQLName) -> Bool {
        state.withLock { state in
            if state.room == 0 { return state.numbers[table]?.contains(row) != true }
            guard state.numbers[table, default: []].insert(row).inserted else { return false }
            state.room -= 1
            return true
        }
    }

    /// - Parameter locator: what is bound for the row's locator.
    /// - Returns: whether the row is a new one.
    func insert(_ locator: [Value], of table: TableShape) -> Bool {
        let name = SQLName(table.name)
        if table.hasRowNumber, case .integer(let number) = locator.last { return insert(number, of: name) }
        return state.withLock { state in
            if state.room == 0 { return state.locators[name]?.contains(locator) != true }
            guard state.locators[name, default: []].insert(locator).inserted else { return false }
            state.room -= 1
            return true
        }
    }

    /// What was undone hasn't gone.
    func remove(_ row: Int64, of table: SQLName) {
        state.withLock { state in
            if state.numbers[table]?.remove(row) != nil { state.room += 1 }
        }
    }

    func hasSome(of table: SQLName) -> Bool {
        state.withLock { $0.numbers[table]?.isEmpty == false || $0.locators[table]?.isEmpty == false }
    }

    func contains(_ row: Int64, of table: SQLName) -> Bool {
        state.withLock { $0.numbers[table]?.contains(row) == true }
    }

    /// - Parameter locator: what is bound for the row's locator.
    func contains(_ locator: [Value], of table: TableShape) -> Bool {
        let name = SQLName(table.name)
        if table.hasRowNumber, case .integer(let number) = locator.last { return contains(number, of: name) }
        return state.withLock { $0.locators[name]?.contains(locator) == true }
    }
}
