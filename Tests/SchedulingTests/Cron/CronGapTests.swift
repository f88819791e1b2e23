import Testing

@testable import Scheduling

@Suite("Cron: the shortest and the longest gap")
struct CronGapTests {
    static let table: [(cron: String, shortest: Duration, longest: Duration)] = [
        ("* * * * *", .minutes(1), .minutes(1)), ("*/5 * * * *", .minutes(5), .minutes(5)),
        ("*/25 * * * *", .minutes(10), .minutes(25)), ("0 * * * *", .hours(1), .hours(1)),
        ("0,50 * * * *", .minutes(10), .minutes(50)), ("0,50 8,10 * * *", .minutes(50), .hours(21) + .minutes(10)),
        ("0 3 * * *", .days(1), .days(1)), ("0 8,20 * * *", .hours(12), .hours(12)),
        ("15 2-4 * * *", .hours(1), .hours(22)),
        ("0 0 * * mon", .days(7), .days(7)), ("0 8 * * 1-5", .days(1), .days(3)), ("0 9 1 * *", .days(28), .days(31)),
        ("0 0 31 * *", .days(31), .days(61)), ("0 0 1 1 *", .days(365), .days(366)),
        ("0 0 29 2 *", .days(4 * 365 + 1), .days(8 * 365 + 1)),
        ("0 0 29 2 */7", .days(28 * 365 + 7), .days(40 * 365 + 9)),
        ("0 23 31 12 *", .days(365), .days(366)), ("0 0 1,2 1 *", .days(1), .days(365)),
    ]

    @Test("leap years and centuries are in it", arguments: table)
    func gaps(_ cron: String, _ shortest: Duration, _ longest: Duration) throws {
        let expression = try CronExpression(parsing: cron)
        #expect(expression.shortestGap == shortest)
        #expect(expression.longestGap == longest)
    }
}
