/// How a column holds moments: settled once for a column and a run, never for a row.
package enum TimeFormat: Hashable, Sendable {
    /// As text alone; a number there could be anything.
    case text
    /// As numbers too: so many of this unit since 1970.
    case unix(UnixUnit)
}

/// What a number that is a time counts.
package enum UnixUnit: String, CaseIterable, Hashable, Sendable {
    case seconds = "unix"
    case milliseconds = "unix_ms"
    case microseconds = "unix_us"

    /// How many microseconds one is.
    package var microseconds: Int64 {
        switch self {
        case .seconds: 1_000_000
        case .milliseconds: 1_000
        case .microseconds: 1
        }
    }

    /// No application that writes numbers is older: 2000-01-01T00:00:00Z.
    private static let oldest: Int64 = 946_684_800_000_000

    /// The moment that a number in this unit means; nil for one that is implausible for it, before 2000 or more than a day ahead: it
    /// counts something else.
    package func timestamp(_ number: Int64, now: Timestamp) -> Timestamp? {
        guard plausible(now: now).contains(number) else { return nil }
        return Timestamp(microseconds: number * microseconds)
    }

    /// The numbers that are times in this unit.
    package func plausible(now: Timestamp) -> ClosedRange<Int64> {
        let oldest = UnixUnit.oldest / microseconds
        return oldest...max(oldest, (now + .days(1)).microseconds / microseconds)
    }

    /// The same for a number with a fraction; what is smaller than a microsecond is cut off.
    package func timestamp(_ number: Double, now: Timestamp) -> Timestamp? {
        let latest = Double((now + .days(1)).microseconds)
        let moment = (number * Double(microseconds)).rounded(.down)
        guard moment >= Double(UnixUnit.oldest), moment <= latest else { return nil }
        return Timestamp(microseconds: Int64(moment))
    }

    /// The unit in which the number is a plausible time; the three leave each other room, so there is at most one.
    package static func plausible(_ number: Double, now: Timestamp) -> UnixUnit? {
        allCases.first { $0.timestamp(number, now: now) != nil }
    }
}
