/// Chooses how many rows the next batch changes and how long to leave the write lock alone before it.
///
/// The batch follows how long the last one held the lock: towards the target from below at most by doubling, from above at
/// once. Waiting for the lock longer than the target means that somebody else is busy, so the pause grows with it.
package struct Pacer: Sendable, Equatable {
    static let firstBatch = 100

    private let policy: PacingPolicy
    package private(set) var batchSize: Int
    package private(set) var pause: Duration

    package init(policy: PacingPolicy) {
        self.policy = policy
        batchSize = max(1, min(Pacer.firstBatch, policy.maxBatch))
        pause = policy.pause
    }

    /// Takes in a batch of `rows` rows that held the write lock for `held` after waiting `waited` for it.
    package mutating func note(rows: Int, held: Duration, waited: Duration) {
        guard rows > 0 else { return }
        let ratio = policy.lockTarget / max(held, .microseconds(1))
        let fitting = Double(rows) * min(ratio, 2)
        // A last, short batch says little about how large the next may be: it must not shrink what was learnt.
        if ratio < 1 || rows >= batchSize {
            batchSize = max(1, min(policy.maxBatch, Int(fitting)))
        }
        pause = max(policy.pause, min(held, policy.lockTarget) / 2, min(waited / 2, .milliseconds(250)))
    }
}
