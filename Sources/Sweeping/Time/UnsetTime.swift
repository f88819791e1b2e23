extension StoredTime {
    /// No job is older: a time before 1990, the year 1 or the epoch, is what a program writes that has none.
    package static let unsetBefore = Timestamp(microseconds: 631_152_000_000_000)

    /// How far a clock may be ahead of ours before what it says is no sign of life.
    package static let clockTolerance = Duration.minutes(5)

    /// A moment that was written, or null where it is one of those that mean *unset*.
    package init(unlessUnset instant: Timestamp) {
        self = instant < StoredTime.unsetBefore ? .null : .at(instant)
    }

    /// Whether this lies farther ahead than two clocks differ.
    package func isFuture(at now: Timestamp) -> Bool {
        if case .at(let instant) = self { instant - now > StoredTime.clockTolerance } else { false }
    }
}
