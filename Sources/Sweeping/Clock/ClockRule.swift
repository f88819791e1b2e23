/// Whether the wall clock can be believed. A clock that is far ahead makes everything old, and what a run deletes then is gone.
///
/// Nobody knows the right time here; what can be known is that the clock made a leap that no clock makes when it is right. Daylight saving
/// doesn't concern it (it is about UTC), a suspended machine's boot clock goes on, and corrections are of seconds or hours.
package enum ClockRule {
    /// What the wall clock may move against the boot clock, or stand before the last look.
    package static let longestCorrection: Duration = .days(1)
    /// How long nobody may have looked.
    package static let longestAbsence: Duration = .days(90)

    /// - Parameter last: the last look that was believed; nil when there was none.
    package static func doubt(at now: ClockLook, after last: ClockLook?) -> ClockDoubt? {
        guard let last else { return nil }
        let passed = Duration.microseconds(now.wallMicroseconds) - .microseconds(last.wallMicroseconds)
        if let boot = now.bootID, boot == last.bootID {
            let move = passed - (now.sinceBoot - last.sinceBoot)
            if max(move, .zero - move) > longestCorrection { return .moved(move, since: last.wall, to: now.wall) }
        }
        if passed < .zero - longestCorrection { return .behind(.zero - passed, last: last.wall, now: now.wall) }
        if passed > longestAbsence { return .ahead(passed, last: last.wall, now: now.wall) }
        return nil
    }
}

/// Why the wall clock isn't believed.
package enum ClockDoubt: Sendable, Equatable {
    /// Somebody set it, by more than a correction is, while the machine was up.
    case moved(Duration, since: Timestamp, to: Timestamp)
    /// It shows a time before the last look.
    case behind(Duration, last: Timestamp, now: Timestamp)
    /// It shows a time long after the last look: it is wrong, or nobody has run jobsweep for that long.
    case ahead(Duration, last: Timestamp, now: Timestamp)
}

extension ClockDoubt: CustomStringConvertible {
    /// What is wrong and what to do, as a sentence.
    package var description: String {
        "\(finding): set the clock right, or, if it is right, run `jobsweep approve clock` or `jobsweep run --ignore-clock`, once"
    }

    /// What is wrong, without what to do.
    package var finding: String {
        switch self {
        case .moved(let span, let last, let now):
            "the wall clock was set \(span < .zero ? "back" : "forward") by \(ClockDoubt.days(span)) since"
                + " \(last.rfc3339) and shows \(now.rfc3339)"
        case .behind(let span, let last, let now):
            "the wall clock shows \(now.rfc3339), which is \(ClockDoubt.days(span)) before the last look at \(last.rfc3339)"
        case .ahead(let span, let last, let now):
            "the wall clock shows \(now.rfc3339), which is \(ClockDoubt.days(span)) after the last look at \(last.rfc3339)"
        }
    }

    /// `1.5 days`, to the nearest tenth.
    private static func days(_ span: Duration) -> String {
        let tenths = Int((max(span, .zero - span) / .days(1) * 10).rounded())
        if tenths == 10 { return "1 day" }
        return tenths % 10 == 0 ? "\(tenths / 10) days" : "\(tenths / 10).\(tenths % 10) days"
    }
}
