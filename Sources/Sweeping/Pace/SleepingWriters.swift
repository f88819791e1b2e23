/// When others that wait for the write lock try again, where nobody wakes them: they sleep, try again, and sleep longer.
package struct SleepingWriters: Sendable, Equatable {
    /// What they sleep after each try; the last holds for all that follow.
    package let naps: [Duration]
    /// What a sleep is longer than was asked for.
    package let oversleep: Duration

    package init(naps: [Duration], oversleep: Duration) {
        self.naps = naps
        self.oversleep = oversleep
    }

    package var longestNap: Duration { naps.max() ?? .zero }

    /// The longest that a writer sleeps between two tries which has been waiting for at most `age`.
    package func nap(atAge age: Duration) -> Duration {
        var tried = Duration.zero
        for nap in naps {
            tried += nap
            if tried >= age { return nap }
        }
        return naps.last ?? .zero
    }
}
