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
        return Duration.words(seconds: Int(wholeMicroseconds / 60_000_000) * 60, most: 2)
    }

    /// As exact as it is, in words: `30 days`, `1 hour 30 minutes`; what is less than a second as Prometheus writes it.
    package var spelledOut: String {
        let seconds = Int(wholeMicroseconds / 1_000_000)
        guard seconds > 0, Duration.seconds(seconds) == self else { return prometheusText }
        return Duration.words(seconds: seconds)
    }

    /// Seconds in words, the largest unit first: `2 days 4 hours`, and `0 seconds` for none.
    /// - Parameter most: so many units in a row at the most.
    package static func words(seconds: Int, most: Int = 4) -> String {
        let units = [
            ("day", seconds / 86_400), ("hour", seconds / 3600 % 24), ("minute", seconds / 60 % 60),
            ("second", seconds % 60),
        ]
        let first = units.firstIndex { $0.1 > 0 } ?? units.count - 1
        let shown = units[first...].prefix(most).filter { $0.1 > 0 }
        return shown.isEmpty
            ? "0 seconds" : shown.map { "\($0.1) \($0.0)\($0.1 == 1 ? "" : "s")" }.joined(separator: " ")
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
