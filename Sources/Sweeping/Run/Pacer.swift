/// Chooses how many rows the next batch changes and how long to leave the write lock alone before it.
///
/// The batch follows how long the last one held the lock: towards the target from below at most by doubling, from above at
/// once. The pause lasts until somebody else was seen to write, where others do write: a writer that found the lock taken
/// is asleep for a while and can't be seen waiting. Waiting for the lock means that somebody else is busy, so the pause grows
/// with it.
///
/// Where each batch pays a price whatever its size, small batches would pay it more often: then a batch works for about as long as it
/// pays, and the pause is as long as it held the lock.
package struct Pacer: Sendable, Equatable {
    static let firstBatch = 100

    private let policy: PacingPolicy
    package private(set) var batchSize: Int
    package private(set) var pause: Duration
    /// How many times its target a batch may take to make up for a price that it paid before the lock.
    private static let longestReach = 4
    /// For so long the lock is left alone at most.
    private static let longestTurn: Duration = .milliseconds(250)
    /// For how many more pauses others are expected to write.
    private var expected = 0

    /// What SQLite's own waiting writers sleep at most before they have tried again, up to the sixth time: after 1, 2, 5, 10, 15
    /// and 20 ms. One that met the lock on its first tries is back within this.
    static let longestPause: Duration = .milliseconds(20)
    /// How many pauses without anybody's write it takes to stop expecting one.
    private static let memory = 8

    package init(policy: PacingPolicy) {
        self.policy = policy
        batchSize = max(1, min(Pacer.firstBatch, policy.maxBatch))
        pause = policy.pause
    }

    /// Takes in a batch of `rows` rows that held the write lock for `held`, of which `fixed` wasn't the rows' doing, after waiting
    /// `waited` for it. It paid `price` whatever the number of its rows, with the lock or before it.
    package mutating func note(
        rows: Int, held: Duration, fixed: Duration = .zero, price: Duration = .zero, waited: Duration
    ) {
        guard rows > 0 else { return }
        // A price that is paid before the lock is a reason for longer batches too, but not for the application to wait as long.
        let target = max(policy.lockTarget, fixed, min(price, policy.lockTarget * Pacer.longestReach))
        let ratio = target / max(held - fixed, .microseconds(1))
        let fitting = Double(rows) * min(ratio, 2)
        // A last, short batch says little about how large the next may be: it must not shrink what was learnt.
        if ratio < 1 || rows >= batchSize {
            batchSize = max(1, min(policy.maxBatch, Int(fitting)))
        }
        let turn = price > policy.lockTarget ? held : .zero
        pause = max(policy.pause, min(max(waited / 2, turn), Pacer.longestTurn))
    }

    /// How long the pause may last until somebody else has written.
    package var patience: Duration { expected > 0 ? max(pause, Pacer.longestPause) : pause }

    /// Takes in whether somebody else has written in the last pause.
    package mutating func note(othersWrote: Bool) {
        expected = othersWrote ? Pacer.memory : max(0, expected - 1)
    }
}
