/// Chooses how many rows the next batch tries, for how long they may hold the write lock, and how long to leave it alone before it.
///
/// Each operation begins with one row, since nobody knows what one costs. The batch follows how long the last one took, by its rows and by
/// its bytes: towards the target from below at most by doubling, from above at once; what was too much all the same ends in its middle. A row
/// that has more bytes than fit is a batch of its own. The pause is as long as the engine says that others need.
///
/// Where each batch pays a price whatever its size, small batches would pay it more often: then a batch works for about as long as it
/// pays. An engine may bound what a batch takes all in all: then its rows have half of what the slowest commits of late leave of that, since
/// the next rows may take twice as long as those before.
package struct Pacer: Sendable, Equatable {
    private let policy: PacingPolicy
    package private(set) var batchSize: Int
    /// How many bytes the next batch may have, if it has more than one row.
    package private(set) var batchBytes: Int
    /// For how long the next batch's rows may hold the write lock.
    package private(set) var hold: Duration
    package private(set) var pause: Duration
    /// What batches of any size took of late: the slowest counts for less with each that follows.
    private var fixedLately = Duration.zero
    /// How many times its target a batch may take to make up for a price that it paid before the lock.
    private static let longestReach = 4

    package init(policy: PacingPolicy) {
        self.policy = policy
        batchSize = 1
        batchBytes = policy.firstBytes
        hold = policy.lockTarget
        pause = policy.pause
    }

    /// Other rows are next, and nothing is known about them.
    package mutating func beginAnew() {
        batchSize = 1
        batchBytes = policy.firstBytes
        hold = policy.lockTarget
    }

    /// How many of the rows that wait the next batch tries.
    /// - Parameter sizes: what the first of them have in bytes; none where that isn't known.
    package func fitting(_ sizes: some Collection<Int>) -> Int {
        guard !sizes.isEmpty else { return batchSize }
        var bytes = 0
        var rows = 0
        for size in sizes.prefix(batchSize) {
            bytes += size
            if rows > 0, bytes > batchBytes { break }
            rows += 1
        }
        return rows
    }

    /// Takes in what a batch of so many rows did.
    /// - Parameter bytes: what the rows that were tried had; 0 where that isn't known.
    package mutating func note(_ outcome: BatchOutcome, of asked: Int, bytes: Int = 0) {
        pause = max(policy.pause, outcome.rest)
        let rows = outcome.rows.count
        guard rows > 0 else { return }
        let asked = outcome.isPart ? rows : asked
        // The commit holds the lock too. A price that is paid before it is a reason for longer batches, but not for the application to
        // wait as long.
        hold = max(
            policy.lockTarget - outcome.fixedHold, outcome.fixedHold,
            min(outcome.price, policy.lockTarget * Pacer.longestReach))
        fixedLately = max(outcome.fixedHold, fixedLately * 9 / 10)
        if let longest = outcome.longest {
            hold = min(hold, max((longest - fixedLately) / 2, policy.lockTarget / 2))
        }
        let ratio = hold / max(outcome.work, .microseconds(1))
        let fittingRows = max(1, min(policy.maxBatch, Int(Double(rows) * min(ratio, 2))))
        let fittingBytes = max(1, Int(Double(bytes) * min(ratio, 2)))
        guard ratio < 1 else {
            // A last, short batch says little about how large the next may be: it must not shrink what was learnt.
            if rows < asked || rows >= batchSize { batchSize = fittingRows }
            batchBytes = max(batchBytes, fittingBytes)
            return
        }
        // What was too much are the rows, or the bytes that they had: then as many smaller rows are as cheap as ever.
        if Double(bytes) * Double(batchSize) > Double(batchBytes) * Double(rows) {
            batchBytes = fittingBytes
        } else {
            batchSize = fittingRows
        }
    }
}
