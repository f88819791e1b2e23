/// A month of the proleptic Gregorian calendar, and days as numbers: day 0 is 1970-01-01.
///
/// The conversions are Howard Hinnant's `days_from_civil` and `civil_from_days`
/// (https://howardhinnant.github.io/date_algorithms.html).
package struct CivilMonth: Hashable, Sendable {
    package var year: Int
    /// 1 to 12.
    package var month: Int

    package init(year: Int, month: Int) {
        self.year = year
        self.month = month
    }

    /// The month that holds day number `number`, and the day of the month, 1 to 31.
    package static func holding(dayNumber number: Int) -> (month: CivilMonth, day: Int) {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (CivilMonth(year: year, month: month), dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// The day number of this month's first day.
    package var firstDayNumber: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    package var next: CivilMonth {
        month == 12 ? CivilMonth(year: year + 1, month: 1) : CivilMonth(year: year, month: month + 1)
    }

    /// The number of days.
    package var length: Int {
        CivilMonth.length(of: month, inLeapYear: CivilMonth.isLeap(year))
    }

    package static func length(of month: Int, inLeapYear isLeap: Bool) -> Int {
        switch month {
        case 2: isLeap ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    package static func isLeap(_ year: Int) -> Bool {
        (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
    }

    /// 0 is Sunday, as in cron. Day 0 was a Thursday.
    package static func weekday(ofDayNumber number: Int) -> Int {
        let weekday = (number + 4) % 7
        return weekday < 0 ? weekday + 7 : weekday
    }
}
