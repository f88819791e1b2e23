import CivilTime
import Testing

@testable import Scheduling

@Suite("Cron: dates that are easy to get wrong")
struct CronNextTests {
    static let dates: [(cron: String, after: String, slots: [String])] = [
        // The end of an hour, a day, a month, a year.
        ("*/20 * * * *", "2026-12-31 23:40", ["2027-01-01 00:00", "2027-01-01 00:20"]),
        (
            "59 23 31 * *", "2026-01-31 23:59",
            ["2026-03-31 23:59", "2026-05-31 23:59", "2026-07-31 23:59", "2026-08-31 23:59"]
        ),
        ("0 0 1 * *", "2026-11-30 23:59:59", ["2026-12-01 00:00", "2027-01-01 00:00"]),
        // Leap days: 2000 had one, 1900 and 2100 don't.
        ("0 12 29 2 *", "2023-01-01 00:00", ["2024-02-29 12:00", "2028-02-29 12:00", "2032-02-29 12:00"]),
        ("0 12 29 2 *", "2096-02-29 12:00", ["2104-02-29 12:00"]),
        ("0 12 29 2 *", "1996-02-29 12:00", ["2000-02-29 12:00"]),
        ("0 12 29 2 *", "1896-02-29 12:00", ["1904-02-29 12:00"]),
        ("0 0 29 2 */7", "2060-02-29 00:00", ["2088-02-29 00:00", "2128-02-29 00:00"]),
        ("30 6 28 2 *", "2028-02-28 06:30", ["2029-02-28 06:30"]),
        // 30 February never comes, but the other days of such a rule do.
        ("0 0 30 1-3 *", "2026-01-30 00:00", ["2026-03-30 00:00", "2027-01-30 00:00"]),
        (
            "0 0 30 2 mon", "2026-02-01 00:00",
            ["2026-02-02 00:00", "2026-02-09 00:00", "2026-02-16 00:00", "2026-02-23 00:00", "2027-02-01 00:00"]
        ),
        // A day of the month, of the week, either, both. 1 March 2026 is a Sunday.
        ("0 0 13 * *", "2026-03-01 00:00", ["2026-03-13 00:00", "2026-04-13 00:00"]),
        ("0 0 * * fri", "2026-03-01 00:00", ["2026-03-06 00:00", "2026-03-13 00:00"]),
        (
            "0 0 12 * fri", "2026-03-01 00:00",
            ["2026-03-06 00:00", "2026-03-12 00:00", "2026-03-13 00:00", "2026-03-20 00:00"]
        ),
        ("0 0 */12 * fri", "2026-03-01 00:00", ["2026-03-13 00:00", "2026-05-01 00:00", "2026-09-25 00:00"]),
        ("0 0 13 * */5", "2026-03-01 00:00", ["2026-03-13 00:00", "2026-09-13 00:00", "2026-11-13 00:00"]),
        ("0 0 1-31 * fri", "2026-03-01 00:00", ["2026-03-02 00:00", "2026-03-03 00:00"]),
        ("0 0 * * 0", "2026-03-01 00:00", ["2026-03-08 00:00"]),
        ("0 0 * * 7", "2026-03-01 00:00", ["2026-03-08 00:00"]),
        // Days on which clocks elsewhere are set: UTC knows no gap and no repetition.
        ("30 1,2 * * *", "2026-03-29 00:00", ["2026-03-29 01:30", "2026-03-29 02:30", "2026-03-30 01:30"]),
        ("30 1,2 * * *", "2026-10-25 00:00", ["2026-10-25 01:30", "2026-10-25 02:30", "2026-10-26 01:30"]),
        ("*/30 2 * * *", "2026-03-08 00:00", ["2026-03-08 02:00", "2026-03-08 02:30", "2026-03-09 02:00"]),
        // Before 1970, and on its first minute.
        ("0 0 1 1 *", "1969-06-01 00:00", ["1970-01-01 00:00", "1971-01-01 00:00"]),
        ("*/30 * * * *", "1969-12-31 23:59:59", ["1970-01-01 00:00", "1970-01-01 00:30"]),
        ("0 12 * * mon", "1969-07-20 20:17", ["1969-07-21 12:00"]),
    ]

    @Test("the next slots", arguments: dates)
    func next(_ cron: String, _ after: String, _ slots: [String]) throws {
        let expression = try CronExpression(parsing: cron)
        var moment = utc(after)
        let found = slots.map { _ in
            moment = expression.next(after: moment)
            return moment.text
        }
        #expect(found == slots)
    }

    @Test("a clock at the ends of time gets an answer")
    func endsOfTime() throws {
        let expression = try CronExpression(parsing: "0 0 29 2 */7")
        #expect(expression.next(after: Timestamp(microseconds: .max)) == Timestamp(microseconds: .max))
        let first = expression.next(after: Timestamp(microseconds: .min))
        #expect(first.microseconds > .min && first.microseconds < Int64.min + 50 * 366 * 86_400_000_000)
    }
}
