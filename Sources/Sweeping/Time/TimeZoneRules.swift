/// A place's clock: how far it is ahead of UTC at every moment.
///
/// The rules are a plain value, so that whoever holds a zone reads and writes local times without a file or a library at hand.
package struct TimeZoneRules: Hashable, Sendable {
    /// From this moment on the clock stands `offset` seconds ahead of UTC.
    package struct Transition: Hashable, Sendable {
        package var unixSeconds: Int64
        package var offset: Int

        package init(unixSeconds: Int64, offset: Int) {
            self.unixSeconds = unixSeconds
            self.offset = offset
        }
    }

    /// As the configuration spells it.
    package let name: String
    /// The offset before the first transition.
    private let first: Int
    /// In the order of time.
    private let transitions: [Transition]
    /// The farthest that the clock was ever set back at once since 1990: by so much a later moment can bear an earlier local time.
    package let largestSetBack: Duration

    package static let utc = TimeZoneRules(name: "UTC", first: 0, transitions: [])

    package init(name: String, first: Int, transitions: [Transition]) {
        self.name = name
        self.first = first
        self.transitions = transitions
        var before = first
        var largest = 0
        for transition in transitions {
            if transition.unixSeconds >= StoredTime.unsetBefore.microseconds / 1_000_000 {
                largest = max(largest, before - transition.offset)
            }
            before = transition.offset
        }
        largestSetBack = .seconds(largest)
    }

    /// A clock that is always so many seconds ahead of UTC; behind it below zero.
    package init(secondsAhead seconds: Int) {
        let minutes = abs(seconds) / 60
        let name = (seconds < 0 ? "-" : "+") + padded(minutes / 60, 2) + ":" + padded(minutes % 60, 2)
        self.init(name: seconds == 0 ? "UTC" : name, first: seconds, transitions: [])
    }

    /// Seconds ahead of UTC.
    package func offset(at instant: Timestamp) -> Int {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].unixSeconds * 1_000_000 <= instant.microseconds {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low == 0 ? first : transitions[low - 1].offset
    }

    /// The moment at which the clock showed `local`. Where it showed it twice, or jumped over it, the later of the two moments that
    /// come into question: no row looks older than it is.
    package func instant(ofLocal local: CivilDate) -> Timestamp {
        let plain = local.asUTC
        // The clock's offsets shortly before and after, whichever zone this is; mostly they are the same.
        let offsets = [offset(at: plain - .days(1)), offset(at: plain + .days(1))]
        let candidates = offsets.map { (offset: $0, instant: plain - .seconds($0)) }
        if offsets[0] == offsets[1] { return candidates[0].instant }
        let shown = candidates.filter { offset(at: $0.instant) == $0.offset }
        let later = (shown.isEmpty ? candidates : shown).map(\.instant).max()
        return later ?? plain
    }

    /// What the clock shows at `instant`.
    package func local(_ instant: Timestamp) -> CivilDate {
        CivilDate(instant + .seconds(offset(at: instant)))
    }
}
