import Sweeping

/// What the server counts of a transaction: how long its rows were worked at, how many went along, how many triggers changed.
struct TransactionCounts {
    private enum Column {
        static let clock = 1
        static let deleted = 2
        static let updated = 3
    }

    private let plan: WritePlan
    /// What the transaction has to take along, where that is known.
    private let expected: Int?
    private let asksForTriggers: Bool

    private static let clock = "(extract(epoch FROM clock_timestamp()) * 1000000)::int8"
    private static let updates = "(SELECT coalesce(sum(n_tup_upd), 0)::int8 FROM pg_stat_xact_user_tables)"

    init(of plan: WritePlan, keeping kept: RowKeeping.Kept?) {
        self.plan = plan
        let counter = plan.counter
        // Triggers may change rows that nobody asked for.
        asksForTriggers =
            kept != nil && (plan.change.action == .delete ? counter?.isPlain == false : !plan.table.onUpdate.isEmpty)
        expected = kept.flatMap { kept in
            // What was read ahead is compared with what went.
            !kept.isAhead && counter?.isPlain == true ? kept.along + (counter?.countsOwn == true ? kept.own : 0) : nil
        }
    }

    private var deletions: String { plan.counter?.sql ?? "0::int8" }
    private var changes: String { asksForTriggers ? Self.updates : "0::int8" }

    /// The transaction's number, and the counts at its beginning.
    var first: Statement {
        let note = expected == nil ? "" : ", set_config('jobsweep.deleted', \(deletions)::text, true)"
        return Statement("SELECT pg_current_xact_id()::text, \(Self.clock), \(deletions), \(changes)\(note)")
    }

    /// The counts at its end. A row that was read and has gone by somebody else's hand since isn't this transaction's: then the division
    /// undoes it, and the next try reads anew.
    var last: Statement {
        let check =
            expected.map {
                ", 1 / (\(deletions) - current_setting('jobsweep.deleted')::int8 >= \($0))::int"
            } ?? ""
        return Statement("SELECT 0, \(Self.clock), \(deletions), \(changes)\(check)")
    }

    /// Whether an error says that rows went that were read.
    func isMismatch(_ error: any Error) -> Bool {
        expected != nil && (error as? PostgresError)?.state == "22012"
    }

    /// How long the server worked at the rows.
    func work(_ first: PostgresRows, _ last: PostgresRows) -> Duration {
        .microseconds(difference(first, last, Column.clock))
    }

    /// How many rows went along with those that were deleted.
    func along(_ first: PostgresRows, _ last: PostgresRows, done: Int) -> Int {
        guard let counter = plan.counter else { return 0 }
        return max(0, difference(first, last, Column.deleted) - (counter.countsOwn ? done : 0))
    }

    /// How many rows went or changed that weren't kept.
    func missed(_ kept: RowKeeping.Kept, _ first: PostgresRows, _ last: PostgresRows, done: Int, along: Int) -> Int {
        let updated = asksForTriggers ? difference(first, last, Column.updated) : 0
        guard plan.change.action == .delete else {
            return max(0, done - kept.changed) + max(0, updated - done)
        }
        return max(0, done + along - kept.own - kept.along) + max(kept.unnamed, updated - kept.changed)
    }

    private func difference(_ first: PostgresRows, _ last: PostgresRows, _ column: Int) -> Int {
        Int((last.integer(0, column) ?? 0) - (first.integer(0, column) ?? 0))
    }
}
