/// For how long the write lock is to be left alone after a batch, so that everybody who sleeps before it wakes up in time.
///
/// A writer that came at any moment of a hold is back within the nap that belongs to the hold's length, so a window of that length lets in
/// every one of them, however many there are; it isn't ended by the first one's commit. Where several write, some meet each other instead of
/// us, grow older that way, and then sleep longer than such a window lasts. They come back after 10, 15, 20 and 25 ms again and again: beside a
/// hold and window of 25 ms together they would meet the hold each time, so both are kept to a beat that none of those naps is a multiple of,
/// and each try falls a little earlier into it than the one before. Should that fail somebody, now and then the window is as long as the longest
/// nap there is.
///
/// Where nobody else has written for a while there is nobody to be let in. Somebody may come all the same: after so much work that the
/// newcomer has become as old as is fair, there is a window for that age.
package struct WakingWindow: Sendable, Equatable {
    /// How long others are known to write after they were last seen to.
    package static let memory: Duration = .seconds(5)
    /// How long the lock is held all in all before there is a window for somebody who wasn't known.
    package static let fairAge: Duration = .milliseconds(53)
    /// How often there is a window for those who have become old among each other.
    package static let longInterval: Duration = .seconds(3)
    /// How long a hold and its window last together, where the hold leaves time for that.
    package static let beat: Duration = .milliseconds(22)
    /// Those who sleep no longer meet no second hold.
    package static let shortNap: Duration = .milliseconds(6)
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
    /// When the last window was to end; nil where there was none.
    private var due: Duration?
    /// How much later than was asked for the lock is taken each time, at the least: what a batch does before that.
    private var lateness = Duration.zero
    /// It is believed to grow no faster than this, since now and then a page is read between two batches.
    private static let latenessStep: Duration = .microseconds(100)
    private static let mostLateness: Duration = .milliseconds(5)

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
    /// - Returns: how long to wait before the next batch begins; what it takes to ask for the lock comes to that.
    package mutating func length(held: Duration, waited: Duration, othersWrote: Bool, now: Duration) -> Duration {
        if let due {
            let late = min(now - held - waited - due, WakingWindow.mostLateness)
            lateness = max(.zero, min(late, lateness + WakingWindow.latenessStep))
        }
        let window = wholeLength(held: held, waited: waited, othersWrote: othersWrote, now: now)
        let length = max(.zero, window - lateness)
        due = window == .zero ? nil : now + length
        return length
    }

    private mutating func wholeLength(held: Duration, waited: Duration, othersWrote: Bool, now: Duration) -> Duration {
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
        if held > WakingWindow.longHold { return max(held, nap) }
        return nap > WakingWindow.shortNap ? max(WakingWindow.beat - held, nap) : nap
    }
}
