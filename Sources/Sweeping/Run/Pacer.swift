/// Chooses how many rows the next batch tries, for how long they may hold the write lock, and how long to leave it alone before it.
///
/// Each operation begins with one row, since nobody knows what one costs. The batch follows how long the last one took: towards
/// the target from below at most by doubling, from above at once; what was too much all the same ends in its middle. The pause is at least
/// as long as the lock was held.
///
/// Where each batch pays a price whatever its size, small batches would pay it more often: then a batch works for about as long as it
/// pays.
package struct Pacer: Sendable, Equatable {
    private let policy: PacingPolicy
    package private(set) var batchSize: Int
    /// For how long the next batch's rows may hold the write lock.
    package private(set) var hold: Duration
    package private(set) var pause: Duration
    /// How many times its target a batch may take to make up for a price that it paid before the lock.
    private static let longestReach = 4

    package init(policy: PacingPolicy) {
        self.policy = policy
        batchSize = 1
        hold = policy.lockTarget
        pause = policy.pause
    }

    /// Other rows are next, and nothing is known about them.
    package mutating func beginAnew() {
        batchSize = 1
        hold = policy.lockTarget
    }

    /// Takes in what a batch of so many rows did.
    package mutating func note(_ outcome: BatchOutcome, of asked: Int) {
        pause = max(policy.pause, outcome.rest)
        let rows = outcome.rows.count
        guard rows > 0 else { return }
        // A price that is paid before the lock is a reason for longer batches too, but not for the application to wait as long.
        hold = max(policy.lockTarget, outcome.fixedHold, min(outcome.price, policy.lockTarget * Pacer.longestReach))
        let ratio = hold / max(outcome.work, .microseconds(1))
        let fitting = Double(rows) * min(ratio, 2)
        // A last, short batch says little about how large the next may be: it must not shrink what was learnt.
        if ratio < 1 || rows < asked || rows >= batchSize {
            batchSize = max(1, min(policy.maxBatch, Int(fitting)))
        }
    }
}
