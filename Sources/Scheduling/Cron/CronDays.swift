import CivilTime

/// The days of a cron expression.
struct CronDays: Hashable, Sendable {
    /// Bits 1 to 31.
    let daysOfMonth: UInt64
    /// Bits 1 to 12.
    let months: UInt64
    /// Bits 0 (Sunday) to 6.
    let daysOfWeek: UInt64
    /// Vixie's rule: a day that is right in the month *or* in the week counts, where both fields are restricted.
    let eitherSuffices: Bool

    func contains(_ dayNumber: Int) -> Bool {
        let (month, day) = CivilMonth.holding(dayNumber: dayNumber)
        return days(of: month) & (1 << UInt64(day)) != 0
    }

    /// The first day after `dayNumber`. There is one, or the expression would have been refused.
    func next(after dayNumber: Int) -> Int {
        var (month, day) = CivilMonth.holding(dayNumber: dayNumber)
        while true {
            let rest = days(of: month).dropping(below: day + 1)
            if rest != 0 { return month.firstDayNumber + rest.lowestBit - 1 }
            month = month.next
            day = 0
        }
    }

    /// A bit for each day of the month.
    private func days(of month: CivilMonth) -> UInt64 {
        guard months & (1 << UInt64(month.month)) != 0 else { return 0 }
        return days(length: month.length, firstWeekday: CivilMonth.weekday(ofDayNumber: month.firstDayNumber))
    }

    private func days(length: Int, firstWeekday: Int) -> UInt64 {
        let week = (daysOfWeek >> UInt64(firstWeekday) | daysOfWeek << UInt64(7 - firstWeekday)) & 0x7f
        let byWeek = (week | week << 7 | week << 14 | week << 21 | week << 28) << 1
        let wanted = eitherSuffices ? daysOfMonth | byWeek : daysOfMonth & byWeek
        return wanted & ((1 << UInt64(length + 1)) - 2)
    }
}

extension CronDays {
    /// The shortest and the longest distance between neighbouring days; nil when no day ever matches.
    ///
    /// Exact: the calendar repeats itself, weekdays too, after 400 years (146,097 days are 20,871 weeks), and has no more
    /// than fourteen different years. Two cycles show every pair of neighbours.
    var gaps: ClosedRange<Int>? {
        let years = [false, true].map { isLeap in (0..<7).map { Year(of: self, isLeap: isLeap, firstWeekday: $0) } }
        var gaps: ClosedRange<Int>?
        var previous: Int?
        var start = CivilMonth(year: 2000, month: 1).firstDayNumber
        for number in 2000..<2800 {
            let isLeap = CivilMonth.isLeap(number)
            if let year = years[isLeap ? 1 : 0][CivilMonth.weekday(ofDayNumber: start)] {
                if let inside = year.gaps { gaps = gaps?.hull(with: inside) ?? inside }
                if let previous {
                    let gap = start + year.first - previous
                    gaps = gaps?.hull(with: gap...gap) ?? gap...gap
                }
                previous = start + year.last
            }
            start += isLeap ? 366 : 365
        }
        return gaps
    }

    /// One of the fourteen kinds of year; days count from 0.
    private struct Year {
        let first: Int
        let last: Int
        let gaps: ClosedRange<Int>?

        /// Nil when no day of such a year matches.
        init?(of days: CronDays, isLeap: Bool, firstWeekday: Int) {
            var first: Int?
            var last: Int?
            var gaps: ClosedRange<Int>?
            var start = 0
            for month in 1...12 {
                let length = CivilMonth.length(of: month, inLeapYear: isLeap)
                defer { start += length }
                guard days.months & (1 << UInt64(month)) != 0 else { continue }
                let bits = days.days(length: length, firstWeekday: (firstWeekday + start) % 7)
                guard bits != 0 else { continue }
                if let last {
                    let gap = start + bits.lowestBit - 1 - last
                    gaps = gaps?.hull(with: gap...gap) ?? gap...gap
                }
                if let inside = bits.gaps { gaps = gaps?.hull(with: inside) ?? inside }
                first = first ?? start + bits.lowestBit - 1
                last = start + bits.highestBit - 1
            }
            guard let first, let last else { return nil }
            self.first = first
            self.last = last
            self.gaps = gaps
        }
    }
}
