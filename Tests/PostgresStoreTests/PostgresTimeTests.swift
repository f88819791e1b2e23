import Sweeping
import Testing

@testable import PostgresStore

private let day: Int64 = 86_400_000_000
/// 0001-01-01 and 10000-01-01, in days since 2000.
private let firstDay: Int64 = -730_119
private let dayAfterLast: Int64 = 2_921_940

@Suite("PostgreSQL's times")
struct PostgresTimeTests {
    @Test(
        "a moment is written as PostgreSQL reads it, whatever its year",
        arguments: [
            (0, "2000-01-01 00:00:00.000000"), (-1, "1999-12-31 23:59:59.999999"),
            (841_000_000_000_007, "2026-08-25 19:06:40.000007"), (firstDay * day, "0001-01-01 00:00:00.000000"),
            (dayAfterLast * day - 1, "9999-12-31 23:59:59.999999"), (dayAfterLast * day, "10000-01-01 00:00:00.000000"),
        ])
    func moments(_ number: Int64, _ text: String) {
        #expect(PostgresTime.Kind.plain.letters(number) == Array(text.utf8))
        #expect(PostgresTime.Kind.zoned.letters(number) == Array((text + "+00").utf8))
        #expect(PostgresTime.Kind.plain.value(number) == Value(text))
        #expect(PostgresTime.Kind.zoned.value(number) == Value(text + "+00"))
    }

    @Test("the year before the first, and both infinities, are written too; as values they are unset, or no date")
    func beyond() {
        let before = firstDay * day - 1
        #expect(PostgresTime.Kind.zoned.letters(before) == Array("0001-12-31 23:59:59.999999+00 BC".utf8))
        #expect(PostgresTime.Kind.zoned.value(before) == .null)
        #expect(PostgresTime.Kind.zoned.letters(.max) == Array("infinity".utf8))
        #expect(PostgresTime.Kind.zoned.value(.max) == "infinity")
        #expect(PostgresTime.Kind.plain.letters(.min) == Array("-infinity".utf8))
        #expect(PostgresTime.Kind.plain.value(.min) == .null)
    }

    @Test(
        "a date is written without a time of day",
        arguments: [
            (0, "2000-01-01"), (firstDay, "0001-01-01"), (dayAfterLast - 1, "9999-12-31"),
            (dayAfterLast, "10000-01-01"), (firstDay - 1, "0001-12-31 BC"), (Int64(Int32.max), "infinity"),
            (Int64(Int32.min), "-infinity"), (108_842_265, "300000-01-01"), (2_145_031_948, "5874897-12-31"),
            (-2_451_545, "4714-11-24 BC"),
        ])
    func dates(_ number: Int64, _ text: String) {
        #expect(PostgresTime.Kind.date.letters(number) == Array(text.utf8))
    }
}
