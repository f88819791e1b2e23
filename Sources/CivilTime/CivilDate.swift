/// A calendar date and a time of day in the proleptic Gregorian calendar, without a time zone.
package struct CivilDate: Hashable, Sendable {
    package var year: Int
    package var month: Int
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int
    /// Microseconds within the second, 0 to 999,999.
    package var microsecond: Int

    /// Nil when a field is out of range or the month has no such day. Second 60 is refused: Unix time has no leap seconds.
    package init?(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, microsecond: Int = 0
    ) {
        guard (0...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= CivilMonth(year: year, month: month).length,
            (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second),
            (0...999_999).contains(microsecond)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.microsecond = microsecond
    }

    /// The UTC date and time of `instant`.
    package init(_ instant: Timestamp) {
        let dayNumber = instant.microseconds.dividedDown(by: CivilDate.microsecondsPerDay)
        // By the remainder: the first day's beginning lies before what 64 bits can count.
        let remainder = instant.microseconds % CivilDate.microsecondsPerDay
        let rest = remainder < 0 ? remainder + CivilDate.microsecondsPerDay : remainder
        let (civil, day) = CivilMonth.holding(dayNumber: Int(dayNumber))
        year = civil.year
        month = civil.month
        self.day = day
        microsecond = Int(rest % 1_000_000)
        let secondOfDay = Int(rest / 1_000_000)
        hour = secondOfDay / 3600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
    }

    /// The instant, when these fields are read as UTC.
    package var asUTC: Timestamp {
        let days = CivilMonth(year: year, month: month).firstDayNumber + day - 1
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second
        return Timestamp(microseconds: Int64(seconds) * 1_000_000 + Int64(microsecond))
    }

    private static let microsecondsPerDay: Int64 = 86_400_000_000
}
