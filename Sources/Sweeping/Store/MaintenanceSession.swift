/// One run's hold on the application's database. Reads take no write lock; each change is one short transaction.
///
/// Pages are bounded by the rows that are looked at, not by the rows that qualify, so rows that must stay can't hide the rows
/// behind them. Every change repeats the condition under which its row was read.
package protocol MaintenanceSession: Sendable {
    /// Names a row and remembers what it looked like when it was read.
    associatedtype Key: Sendable
    /// Where a page ended.
    associatedtype Cursor: Sendable

    /// Says whether the tables and columns that the operation needs are there.
    /// - Throws: `StoreError` with code `.schema` that names what is missing.
    func check(_ operation: Operation) async throws

    /// The application's own unfinished jobs of type `cleanup`.
    func unfinishedCleanups() async throws -> [JobRecord]

    /// How many jobs are running or pending: the scale of the progress bar.
    func activeJobCount() async throws -> Int

    /// Jobs that are running or pending.
    func activeJobs(after cursor: Cursor?, limit: Int) async throws -> Page<Key, JobRecord, Cursor>

    /// Jobs that are finished and whose completion may lie before `cutoff` or can't be read: what the rules of retention look at.
    func finishedJobs(before cutoff: Timestamp, after cursor: Cursor?, limit: Int) async throws
        -> Page<Key, JobRecord, Cursor>

    /// Download records whose timestamp may lie before `cutoff` or can't be read.
    func downloads(before cutoff: Timestamp, after cursor: Cursor?, limit: Int) async throws
        -> Page<Key, DownloadRecord, Cursor>

    /// Plans that are PENDING, each with its job.
    func pendingPlans(after cursor: Cursor?, limit: Int) async throws -> Page<Key, PlanRecord, Cursor>

    // Each of these ends in the middle once its rows have held the write lock for `hold`, after the first of them at the earliest.
    func settle(_ jobs: [(key: Key, change: Settlement)], at now: Timestamp, within hold: Duration) async throws
        -> BatchOutcome
    func deleteJobs(_ keys: [Key], within hold: Duration) async throws -> BatchOutcome
    func deleteDownloads(_ keys: [Key], within hold: Duration) async throws -> BatchOutcome
    func resetPlans(_ keys: [Key], at now: Timestamp, within hold: Duration) async throws -> BatchOutcome

    /// Moves the write-ahead log's content into the database as far as readers allow, without holding writers up, and has the log
    /// begin anew where nobody is in the way.
    /// - Returns: the log's size in bytes that still waits to be moved.
    func relieveLog() async throws -> Int64

    /// What the database wants done after many changes: fresh statistics.
    func tidyUp() async throws

    /// Unused space that a run may give back to the disk; none where the application hasn't set its database up for that.
    func spaceToGiveBack() async throws -> UnusedSpace

    /// Gives at most `units` of it back in one short transaction.
    /// - Returns: a row for each unit that was given back.
    func giveBackSpace(_ units: Int) async throws -> BatchOutcome

    func close() async
}

/// Some rows and where to go on; `next` is nil after the last page.
package struct Page<Key: Sendable, Record: Sendable, Cursor: Sendable>: Sendable {
    package var rows: [(key: Key, record: Record)]
    package var next: Cursor?

    package init(rows: [(key: Key, record: Record)], next: Cursor?) {
        self.rows = rows
        self.next = next
    }
}

/// What became of a batch, row by row in the order given, and what it cost the application. Rows at its end may be missing: where
/// its time is over, where the session is to stop, or fails after part of a batch was done, they weren't tried.
package struct BatchOutcome: Sendable, Equatable {
    package enum Row: Sendable, Equatable {
        case done
        /// The row isn't any more what it was when it was read; it was left alone.
        case changed
        /// The database refused this row, with its reason.
        case refused(String)
    }

    package var rows: [Row]
    /// How long each transaction held the write lock; none where none was needed.
    package var locksHeld: [Duration]
    /// How much of that was the rows' doing: so long a batch of as many would take again.
    package var work: Duration
    /// How much a batch of any size would have taken: it is no reason to make the next one smaller.
    package var fixedHold: Duration
    /// What the batch would have paid at any size, with the lock or before it: small batches pay it more often.
    package var price: Duration
    /// For how long the lock is to be left alone now, so that whoever waits for it gets it: at least as long as it was held.
    package var rest: Duration
    /// What the dearest of the rows took with the lock.
    package var dearestRow: Duration
    /// The write-ahead log's content in bytes afterwards; 0 where there is none.
    package var logBytes: Int64

    package init(
        rows: [Row], locksHeld: [Duration] = [], work: Duration = .zero, fixedHold: Duration = .zero,
        price: Duration = .zero, rest: Duration = .zero, dearestRow: Duration = .zero, logBytes: Int64 = 0
    ) {
        self.rows = rows
        self.locksHeld = locksHeld
        self.work = work
        self.fixedHold = fixedHold
        self.price = price
        self.rest = rest
        self.dearestRow = dearestRow
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
