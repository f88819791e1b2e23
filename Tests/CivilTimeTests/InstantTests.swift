import Testing

@testable import CivilTime

@Suite("Moments and spans")
struct InstantTests {
    @Test("a fraction of a microsecond is rounded down, also before 1970")
    func rounding() {
        #expect(Timestamp(microseconds: 5) + .nanoseconds(1999) == Timestamp(microseconds: 6))
        #expect(Timestamp(microseconds: 5) - .nanoseconds(1) == Timestamp(microseconds: 4))
        #expect(Timestamp(microseconds: -5) + .nanoseconds(1) == Timestamp(microseconds: -5))
        #expect(Timestamp(microseconds: -5) - .nanoseconds(1) == Timestamp(microseconds: -6))
    }

    @Test("the span between two moments is exact, however far apart, and has a sign")
    func difference() {
        let first = Timestamp(microseconds: 1_772_359_199_000_000)
        let second = Timestamp(microseconds: 1_772_445_600_000_000)
        #expect(second - first == .seconds(86_401))
        #expect(first - second == .seconds(-86_401))
        let ends = Timestamp(microseconds: .max) - Timestamp(microseconds: .min)
        #expect(ends == .microseconds(Int64.max) + .microseconds(Int64.max) + .microseconds(1))
    }

    @Test("arithmetic stops at the ends of time")
    func ends() {
        #expect(Timestamp(microseconds: .max) + .seconds(1) == Timestamp(microseconds: .max))
        #expect(Timestamp(microseconds: .min) - .seconds(1) == Timestamp(microseconds: .min))
        #expect(CivilDate(Timestamp(microseconds: .min)).year == -290_308)
        #expect(CivilDate(Timestamp(microseconds: .max)).year == 294_247)
    }

    @Test("Unix seconds have a fraction")
    func unixSeconds() {
        #expect(Timestamp(microseconds: 1_500_000).unixSeconds == 1.5)
        #expect(Timestamp(microseconds: -250_000).unixSeconds == -0.25)
    }

    @Test("division rounds down on both sides of zero")
    func division() {
        #expect([-7, -6, -1, 0, 1, 5, 6].map { $0.dividedDown(by: 3) } == [-3, -2, -1, 0, 0, 1, 2])
    }

    static let durations: [(Duration, String)] = [
        (.zero, "0s"), (.seconds(1800), "30m"), (.seconds(5400), "1h30m"), (.seconds(30 * 86_400), "30d"),
        (.milliseconds(1500), "1s500ms"), (.microseconds(7), "7us"), (.nanoseconds(999), "0s"),
        (.seconds(-300), "-5m"), (.seconds(93_784) + .microseconds(5006), "1d2h3m4s5ms6us"),
    ]

    @Test("durations as Prometheus writes them", arguments: durations)
    func text(_ duration: Duration, _ text: String) {
        #expect(duration.prometheusText == text)
    }
}
