extension Duration {
    package static func minutes(_ count: Int) -> Duration { .seconds(count * 60) }
    package static func hours(_ count: Int) -> Duration { .seconds(count * 3600) }
    package static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }

    /// Minutes to one decimal as text, a tie to the even digit: `45.2`.
    package var minutesWithOneDecimal: String {
        let tenths = tenthsOfMinutes
        return "\(tenths / 10).\(abs(tenths % 10))"
    }

    /// For a person: `45.2 minutes` up to two hours, then the two largest units, `2 days 4 hours`.
    package var inWords: String {
        guard self > .hours(2) else { return "\(minutesWithOneDecimal) minutes" }
        let minutes = Int(wholeMicroseconds / 60_000_000)
        let units = [("day", minutes / 1440), ("hour", minutes / 60 % 24), ("minute", minutes % 60)]
        let first = units.firstIndex { $0.1 > 0 } ?? 0
        return units[first..<min(first + 2, units.count)].filter { $0.1 > 0 }
            .map { "\($0.1) \($0.0)\($0.1 == 1 ? "" : "s")" }.joined(separator: " ")
    }

    /// As exact as it is, in words: `30 days`, `1 hour 30 minutes`; what is less than a second as Prometheus writes it.
    package var spelledOut: String {
        let seconds = Int(wholeMicroseconds / 1_000_000)
        guard seconds > 0, Duration.seconds(seconds) == self else { return prometheusText }
        return [
            ("day", seconds / 86_400), ("hour", seconds / 3600 % 24), ("minute", seconds / 60 % 60),
            ("second", seconds % 60),
        ].filter { $0.1 > 0 }.map { "\($0.1) \($0.0)\($0.1 == 1 ? "" : "s")" }.joined(separator: " ")
    }

    /// Minutes rounded to one decimal.
    package var roundedMinutes: Double {
        Double(tenthsOfMinutes) / 10
    }

    private var tenthsOfMinutes: Int64 {
        let microsecondsPerTenth: Int64 = 6_000_000
        let (tenths, rest) = wholeMicroseconds.quotientAndRemainder(dividingBy: microsecondsPerTenth)
        let up = rest * 2 > microsecondsPerTenth || (rest * 2 == microsecondsPerTenth && tenths % 2 == 1)
        return tenths + (up ? 1 : 0)
    }
}
