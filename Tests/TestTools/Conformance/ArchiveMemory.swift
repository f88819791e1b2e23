import Sweeping
import Synchronization

/// An archive that is gone with the test, which can look at what was kept.
package final class ArchiveMemory: ArchiveSink {
    private struct State {
        var open: [ArchivedRow] = []
        var mark = 0
        var units: [[ArchivedRow]] = []
        var missed: [String] = []
        var seals = 0
        var isSealed = false
    }

    private let state = Mutex(State())
    private let onSeal: @Sendable (Int) throws -> Void

    /// - Parameter onSeal: is called before each seal is done, with how many there were before.
    package init(onSeal: @escaping @Sendable (Int) throws -> Void = { _ in }) {
        self.onSeal = onSeal
    }

    /// What was kept, transaction by transaction.
    package var units: [[ArchivedRow]] { state.withLock(\.units) }
    package var missed: [String] { state.withLock(\.missed) }
    /// How many of the rows are of which table.
    package var counts: [String: Int] {
        units.joined().reduce(into: [:]) { $0[$1.table.table.name, default: 0] += 1 }
    }

    package func begin(_ operation: String) {
        state.withLock { state in
            state.open = []
            state.isSealed = false
        }
    }

    package func keep(_ row: ArchivedRow) { state.withLock { $0.open.append(row) } }
    package func miss(_ reason: String) { state.withLock { $0.missed.append(reason) } }
    package func setMark() { state.withLock { $0.mark = $0.open.count } }
    package func goBack() { state.withLock { $0.open.removeSubrange($0.mark...) } }

    package func seal() throws(StoreError) {
        let seals = state.withLock { state in
            state.units.append(state.open)
            state.isSealed = true
            state.seals += 1
            return state.seals - 1
        }
        do { try onSeal(seals) } catch { throw StoreError(.other, "\(error)") }
    }

    package func confirm() { state.withLock { $0.isSealed = false } }

    /// Takes back what was sealed last.
    package func discard() {
        state.withLock { state in
            if state.isSealed { state.units.removeLast() }
            state.isSealed = false
            state.open = []
        }
    }

    package func finish() -> ArchiveFacts { ArchiveFacts(rows: units.joined().count) }
}
