import Sweeping
import Synchronization

/// What the rehearsals of one change did and took back, to be done again before the next: a run's later batches find the rows as the
/// earlier ones have left them. Of two plans that both want to be the one DRAFT, a run can reset only the first; and a parent may go once
/// its children have.
///
/// It is bounded, since it is done with the lock: at most so many rows, in at most so long. Then the oldest are left out, and what a
/// row's refusal has to do with those, a dry run doesn't foresee.
final class RehearsedRows: Sendable {
    private struct State {
        var change: TableChange?
        var rows: [PlannedRow<RowKey>] = []
        /// How many of the rows fit into the time.
        var fitting = RehearsedRows.most
    }

    private static let most = 4_096

    private let longest: Duration
    private let state = Mutex(State())

    init(longest: Duration) {
        self.longest = longest
    }

    /// Remembers rows that were done.
    func note(_ rows: some Sequence<PlannedRow<RowKey>>, by change: TableChange) {
        state.withLock { state in
            if state.change != change { state = State(change: change) }
            state.rows += rows
            // Now and then, so that it costs little.
            let surplus = state.rows.count - RehearsedRows.most
            if surplus > RehearsedRows.most { state.rows.removeFirst(surplus) }
        }
    }

    /// Whether there is something to do again.
    func isOf(_ change: TableChange) -> Bool {
        state.withLock { $0.change == change && !$0.rows.isEmpty }
    }

    /// Does what was done again, in its order.
    /// - Returns: how long it took.
    func doAgain(_ change: TableChange, _ doAgain: (PlannedRow<RowKey>) throws -> Void) rethrows -> Duration {
        let rows = state.withLock { state in
            state.change == change ? state.rows.suffix(min(state.fitting, RehearsedRows.most)) : []
        }
        guard !rows.isEmpty else { return .zero }
        let begun = MonotonicTime.now()
        for (done, row) in rows.enumerated() {
            try doAgain(row)
            if MonotonicTime.now() - begun >= longest {
                state.withLock { $0.fitting = (done + 1) / 2 }
                break
            }
        }
        return MonotonicTime.now() - begun
    }
}
