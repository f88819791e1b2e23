/// The times of day of a cron expression: every combination of its hours and minutes, so never none.
struct CronTimes: Hashable, Sendable {
    /// A bit for each minute of the hour.
    let minutes: UInt64
    /// A bit for each hour of the day.
    let hours: UInt64

    /// The first time of a day, in minutes since midnight.
    var first: Int {
        hours.lowestBit * 60 + minutes.lowestBit
    }

    /// The last time of a day, in minutes since midnight.
    var last: Int {
        hours.highestBit * 60 + minutes.highestBit
    }

    /// The first time of a day that isn't before `minute`, both in minutes since midnight; nil when the day has no more.
    func first(notBefore minute: Int) -> Int? {
        let hour = minute / 60
        if hours & (1 << UInt64(hour)) != 0 {
            let rest = minutes.dropping(below: minute % 60)
            if rest != 0 { return hour * 60 + rest.lowestBit }
        }
        let later = hours.dropping(below: hour + 1)
        return later == 0 ? nil : later.lowestBit * 60 + minutes.lowestBit
    }

    /// The shortest and the longest time between neighbours within a day, in minutes; nil when a day has one time.
    var gaps: ClosedRange<Int>? {
        let acrossHours = hours.gaps.map { gaps in
            let span = minutes.highestBit - minutes.lowestBit
            return gaps.lowerBound * 60 - span...gaps.upperBound * 60 - span
        }
        guard let withinHour = minutes.gaps else { return acrossHours }
        guard let acrossHours else { return withinHour }
        return withinHour.hull(with: acrossHours)
    }
}
