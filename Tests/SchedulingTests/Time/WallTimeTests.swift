import Testing

@testable import Scheduling

@Suite("Moments and spans")
struct WallTimeTests {
    @Test("a fraction of a microsecond is rounded down, also before 1970")
    func rounding() {
        #expect(WallTime(microseconds: 5) + .nanoseconds(1999) == WallTime(microseconds: 6))
        #expect(WallTime(microseconds: 5) - .nanoseconds(1) == WallTime(microseconds: 4))
        #expect(WallTime(microseconds: -5) + .nanoseconds(1) == WallTime(microseconds: -5))
        #expect(WallTime(microseconds: -5) - .nanoseconds(1) == WallTime(microseconds: -6))
    }

    @Test("the span between two moments is exact, however far apart, and has a sign")
    func difference() {
        #expect(utc("2026-03-02 10:00") - utc("2026-03-01 09:59:59") == .days(1) + .seconds(1))
        #expect(utc("2026-03-01 09:59:59") - utc("2026-03-02 10:00") == .zero - .days(1) - .seconds(1))
        let ends = WallTime(microseconds: .max) - WallTime(microseconds: .min)
        #expect(ends == .microseconds(Int64.max) + .microseconds(Int64.max) + .microseconds(1))
    }

    @Test("arithmetic stops at the ends of time")
    func ends() {
        #expect(WallTime(microseconds: .max) + .seconds(1) == WallTime(microseconds: .max))
        #expect(WallTime(microseconds: .min) - .seconds(1) == WallTime(microseconds: .min))
    }

    @Test("Unix seconds have a fraction")
    func unixSeconds() {
        #expect(WallTime(microseconds: 1_500_000).unixSeconds == 1.5)
        #expect(WallTime(microseconds: -250_000).unixSeconds == -0.25)
    }

    @Test("division rounds down on both sides of zero")
    func division() {
        #expect([-7, -6, -1, 0, 1, 5, 6].map { $0.dividedDown(by: 3) } == [-3, -2, -1, 0, 0, 1, 2])
    }

    static let durations: [(Duration, String)] = [
        (.zero, "0s"), (.minutes(30), "30m"), (.minutes(90), "1h30m"), (.days(30), "30d"),
        (.milliseconds(1500), "1s500ms"),
        (.microseconds(7), "7us"), (.nanoseconds(999), "0s"), (.minutes(-5), "-5m"),
        (.days(1) + .hours(2) + .minutes(3) + .seconds(4) + .microseconds(5006), "1d2h3m4s5ms6us"),
    ]

    @Test("durations as Prometheus writes them", arguments: durations)
    func text(_ duration: Duration, _ text: String) {
        #expect(duration.prometheusText == text)
    }
}
