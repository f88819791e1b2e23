import CivilTime

/// A cron expression of five fields, in UTC.
///
/// Fields hold numbers, names of months and weekdays (`jan`, `mon`, in any case), `*`, lists, ranges and steps (`*/5`,
/// `1-30/7`). Sunday is 0 and 7. The days follow Vixie's cron to the letter (crontab(5)): where neither day field begins with
/// `*`, a day that matches one of them suffices; otherwise it has to match both.
package struct CronExpression: Hashable, Sendable {
    /// As it was written, with single spaces between the fields.
    package let text: String
    private let times: CronTimes
    private let days: CronDays
    /// The shortest time between two neighbouring slots.
    package let shortestGap: Duration
    /// The longest time between two neighbouring slots, leap years and centuries included.
    package let longestGap: Duration

    /// - Throws: `CronError`, for an expression that can't be read and for one that never comes true.
    package init(parsing source: String) throws(CronError) {
        let fields = source.split(whereSeparator: \.isWhitespace)
        guard fields.count == CronField.allCases.count else { throw .fieldCount(fields.count) }
        text = fields.joined(separator: " ")
        times = CronTimes(
            minutes: try CronFieldParser(field: .minute).numbers(in: fields[0]),
            hours: try CronFieldParser(field: .hour).numbers(in: fields[1]))
        days = CronDays(
            daysOfMonth: try CronFieldParser(field: .dayOfMonth).numbers(in: fields[2]),
            months: try CronFieldParser(field: .month).numbers(in: fields[3]),
            daysOfWeek: try CronFieldParser(field: .dayOfWeek).numbers(in: fields[4]),
            eitherSuffices: !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*"))
        guard let dayGaps = days.gaps else { throw .neverTrue(text) }
        let night = times.first - times.last
        let acrossDays = dayGaps.lowerBound * 1440 + night...dayGaps.upperBound * 1440 + night
        let gaps = times.gaps?.hull(with: acrossDays) ?? acrossDays
        shortestGap = .seconds(gaps.lowerBound * 60)
        longestGap = .seconds(gaps.upperBound * 60)
    }

    /// The first slot that is later than `moment`: a whole minute.
    package func next(after moment: Timestamp) -> Timestamp {
        let minute = Int(moment.microseconds).dividedDown(by: CronExpression.microsecondsPerMinute) + 1
        let day = minute.dividedDown(by: 1440)
        if days.contains(day), let time = times.first(notBefore: minute - day * 1440) {
            return slot(day: day, minute: time)
        }
        return slot(day: days.next(after: day), minute: times.first)
    }

    private func slot(day: Int, minute: Int) -> Timestamp {
        let (microseconds, overflow) = (day * 1440 + minute).multipliedReportingOverflow(
            by: CronExpression.microsecondsPerMinute)
        return Timestamp(microseconds: overflow ? .max : Int64(microseconds))
    }

    private static let microsecondsPerMinute = 60_000_000
}

extension CronExpression: CustomStringConvertible {
    package var description: String { text }
}
