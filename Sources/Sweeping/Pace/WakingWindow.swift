/// For how long the write lock is to be left alone after a batch, so that everybody who sleeps before it wakes up in time.
///
/// A writer that came at any moment of a hold is back within the nap that belongs to the hold's length, so a window of that length lets in
/// every one of them, however many there are; it isn't ended by the first one's commit. Where several write, some meet each other instead of
/// us, grow older that way, and then sleep longer than such a window lasts: so once a second the window is as long as the longest nap there is.
///
/// Where nobody else has written for a while there is nobody to be let in. Somebody may come all the same: after so much work that the
/// newcomer has become as old as is fair, there is a window for that age.
package struct WakingWindow: Sendable, Equatable {
    /// How long others are known to write after they were last seen to.
    package static let memory: Duration = .seconds(5)
    /// How long the lock is held all in all before there is a window for somebody who wasn't known.
    package static let fairAge: Duration = .milliseconds(53)
    /// How often there is a window for those who have become old among each other.
    package static let longInterval: Duration = .seconds(1)
    /// Where somebody else had the lock when it was asked for, several are about, who meet each other: they are let in up to this age.
    package static let crowdedAge: Duration = .milliseconds(128)
    /// A wait that is shorter is no meeting.
    package static let shortWait: Duration = .microseconds(500)
    /// A hold that is longer than any batch is meant to be is followed by a window that is at least as long, whoever waits.
    package static let longHold: Duration = .milliseconds(53)

    private let writers: SleepingWriters
    /// When the lock was last left alone for as long as anybody sleeps.
    private var lastLong: Duration
    /// When others were last seen to write; at the beginning they are believed to.
    private var lastSeen: Duration
    /// Whether that was ever seen since the last long window.
    private var haveWritten = false
    /// How long the lock was held since there was last a window.
    private var owed = Duration.zero

    /// - Parameter now: the moment at which the run begins to write, on the clock of the moments that follow.
    package init(_ writers: SleepingWriters, now: Duration) {
        self.writers = writers
        lastLong = now
        lastSeen = now
    }

    /// - Parameters:
    ///   - held: how long the lock was held since it was last left alone.
    ///   - waited: how long it was waited for before: others may have waited as long by then.
    ///   - othersWrote: whether somebody else has written since the last batch.
    ///   - now: the moment at which the lock was let go.
    package mutating func length(held: Duration, waited: Duration, othersWrote: Bool, now: Duration) -> Duration {
        if othersWrote { lastSeen = now }
        haveWritten = haveWritten || othersWrote
        guard now - lastSeen < WakingWindow.memory else {
            owed += held
            guard owed >= WakingWindow.fairAge else { return .zero }
            return window(age: owed, held: held)
        }
        let age = owed + held + waited
        let least = window(age: waited < WakingWindow.shortWait ? age : max(age, WakingWindow.crowdedAge), held: held)
        let full = writers.longestNap + writers.oversleep
        let isDue = haveWritten && now - lastLong >= WakingWindow.longInterval
        guard isDue || least >= full else { return least }
        lastLong = now
        haveWritten = false
        return max(least, full)
    }

    private mutating func window(age: Duration, held: Duration) -> Duration {
        owed = .zero
        let nap = writers.nap(atAge: age) + writers.oversleep
        return held > WakingWindow.longHold ? max(held, nap) : nap
    }
}
