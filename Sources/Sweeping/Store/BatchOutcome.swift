/// What became of a batch, row by row in the order given, and what it cost the application. Rows at its end may be missing: where
/// its time is over, where the session is to stop, or fails after part of a batch was done, they weren't tried.
package struct BatchOutcome: Sendable, Equatable {
    package enum Row: Sendable, Equatable {
        case done
        /// The row isn't any more what it was when it was read; it was left alone.
        case changed
        /// The row has gone along with another that was deleted before it, in this run, and is counted among those.
        case gone
        /// Rows that have to go before it are there, or there anew; it was left alone.
        case awaiting
        /// Deleting the row would take one along that is to stay; it was left alone.
        case spared
        /// Another connection kept the row locked; it was left alone, and may be tried again.
        case busy
        /// The database refused this row, with its reason.
        case refused(String)
        /// The row's change was given up after so long with the lock, for which nobody else could write.
        case givenUp(after: Duration)

        /// Why the row stays, where the reason is the database's.
        package var refusal: String? {
            switch self {
            case .refused(let reason): reason
            case .givenUp(let span): "it was given up after \(span.inSeconds) s, for which nobody else could write"
            case .done, .changed, .gone, .awaiting, .spared, .busy: nil
            }
        }
    }

    package var rows: [Row]
    /// Whether the rows behind them are better tried by themselves: then it says nothing of how many fit that these are few.
    package var isPart = false
    /// How long each transaction held the write lock; none where none was needed.
    package var locksHeld: [Duration]
    /// How much of that was the rows' doing: so long a batch of as many would take again.
    package var work: Duration
    /// How much a batch of any size would have taken: it is no reason to make the next one smaller.
    package var fixedHold: Duration
    /// What the batch would have paid at any size, with the lock or before it: small batches pay it more often.
    package var price: Duration
    /// How long a batch may take at most with all that it costs, where rows and disk permit; nil for no such bound.
    package var longest: Duration?
    /// For how long the lock is to be left alone now, so that whoever waits for it gets it: at least as long as it was held.
    package var rest: Duration
    /// What the dearest of the rows took with the lock.
    package var dearestRow: Duration
    /// How many rows went along with those that were deleted: by foreign keys, by triggers. A dry run foresees the former at least.
    package var dependents: Int
    /// The write-ahead log's content in bytes afterwards; 0 where there is none.
    package var logBytes: Int64

    package init(
        rows: [Row], locksHeld: [Duration] = [], work: Duration = .zero, fixedHold: Duration = .zero,
        price: Duration = .zero, longest: Duration? = nil, rest: Duration = .zero, dearestRow: Duration = .zero,
        dependents: Int = 0,
        logBytes: Int64 = 0
    ) {
        self.rows = rows
        self.locksHeld = locksHeld
        self.work = work
        self.fixedHold = fixedHold
        self.price = price
        self.longest = longest
        self.rest = rest
        self.dearestRow = dearestRow
        self.dependents = dependents
        self.logBytes = logBytes
    }

    /// Takes in what one more transaction did with its time.
    package mutating func note(work: Duration, fixed: Duration, price: Duration, dearestRow: Duration) {
        self.work += work
        fixedHold += fixed
        self.price += price
        self.dearestRow = max(self.dearestRow, dearestRow)
    }
}
