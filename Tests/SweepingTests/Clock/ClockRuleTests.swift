import Sweeping
import Testing

@Suite("Whether the wall clock can be believed")
struct ClockRuleTests {
    /// A look some time after the last one, which was at 2026-03-02 10:00, two hours after the boot.
    private static func look(
        wall: Duration, boot: Duration, _ bootID: String? = "one"
    ) -> ClockLook {
        ClockLook(wall: base + wall, sinceBoot: .hours(2) + boot, bootID: bootID)
    }

    private static let base = Timestamp(microseconds: 1_772_445_600_000_000)
    private static let last = look(wall: .zero, boot: .zero)
    private static let day: Duration = .days(1)

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let now: ClockLook
        let doubt: ClockDoubt?
        var testDescription: String { name }
    }

    private static func good(_ name: String, _ now: ClockLook) -> Case { Case(name: name, now: now, doubt: nil) }

    private static func moved(_ name: String, _ now: ClockLook, by span: Duration) -> Case {
        Case(name: name, now: now, doubt: .moved(span, since: base, to: now.wall))
    }

    static let cases: [Case] = [
        good("the same moment", last),
        good("half an hour later", look(wall: .minutes(30), boot: .minutes(30))),
        good("a correction by a second", look(wall: .minutes(30) - .seconds(1), boot: .minutes(30))),
        good("daylight saving on a machine that keeps local time", look(wall: .minutes(90), boot: .minutes(30))),
        good("the other way round", look(wall: .minutes(-30), boot: .minutes(30))),
        good("a clock that was set to the wrong time zone", look(wall: .hours(14) + .minutes(30), boot: .minutes(30))),
        good("forward by exactly a day", look(wall: day + .minutes(30), boot: .minutes(30))),
        good("back by exactly a day", look(wall: .zero - day, boot: .zero)),
        good("a weekend asleep: the boot clock goes on", look(wall: .days(3), boot: .days(3))),
        good("80 days asleep", look(wall: .days(80), boot: .days(80))),
        good("another boot, off for a month", look(wall: .days(30), boot: .hours(-1), "two")),
        good("another boot, off for exactly 90 days", look(wall: .days(90), boot: .hours(-1), "two")),
        good("another boot, a battery that is a day slow", look(wall: .zero - day, boot: .hours(-1), "two")),
        good("a system that doesn't tell its boots apart", look(wall: .days(30), boot: .hours(1), nil)),
        moved(
            "forward by a day and a bit", look(wall: day + .microseconds(1), boot: .zero), by: day + .microseconds(1)),
        moved("forward by 400 days", look(wall: .days(400), boot: .zero), by: .days(400)),
        moved("forward by 30 days", look(wall: .days(30) + .hours(1), boot: .hours(1)), by: .days(30)),
        moved("back by two days", look(wall: .days(-2) + .hours(1), boot: .hours(1)), by: .days(-2)),
        moved(
            "back to 1970", look(wall: .microseconds(-1_772_445_600_000_000), boot: .zero),
            by: .microseconds(-1_772_445_600_000_000)),
        moved(
            "back by a week while asleep for a week: nothing seems to have passed", look(wall: .zero, boot: .days(7)),
            by: .days(-7)),
        Case(
            name: "another boot, no battery: 1970",
            now: look(wall: .microseconds(-1_772_445_600_000_000), boot: .hours(-1), "two"),
            doubt: .behind(.microseconds(1_772_445_600_000_000), last: base, now: Timestamp(microseconds: 0))),
        Case(
            name: "another boot, two days back", now: look(wall: .days(-2), boot: .hours(-1), "two"),
            doubt: .behind(.days(2), last: base, now: base - .days(2))),
        Case(
            name: "another boot, 91 days on", now: look(wall: .days(91), boot: .hours(-1), "two"),
            doubt: .ahead(.days(91), last: base, now: base + .days(91))),
        Case(
            name: "the same boot, asleep for 91 days", now: look(wall: .days(91), boot: .days(91)),
            doubt: .ahead(.days(91), last: base, now: base + .days(91))),
        Case(
            name: "a system that doesn't tell its boots apart, 400 days on",
            now: look(wall: .days(400), boot: .hours(1), nil),
            doubt: .ahead(.days(400), last: base, now: base + .days(400))),
    ]

    @Test(arguments: cases) func isJudged(_ one: Case) {
        #expect(ClockRule.doubt(at: one.now, after: ClockRuleTests.last) == one.doubt)
    }

    @Test("a first look has nothing to be compared with")
    func first() {
        #expect(ClockRule.doubt(at: ClockRuleTests.last, after: nil) == nil)
    }

    static let sentences: [(ClockDoubt, String)] = [
        (
            .moved(.days(400), since: base, to: base + .days(400)),
            "the wall clock was set forward by 400 days since 2026-03-02T10:00:00.000Z and shows 2027-04-06T10:00:00.000Z"
        ),
        (
            .moved(.hours(-36), since: base, to: base),
            "the wall clock was set back by 1.5 days since 2026-03-02T10:00:00.000Z and shows 2026-03-02T10:00:00.000Z"
        ),
        (
            .behind(.days(2), last: base, now: base - .days(2)),
            "the wall clock shows 2026-02-28T10:00:00.000Z, which is 2 days before the last look at 2026-03-02T10:00:00.000Z"
        ),
        (
            .ahead(.days(91), last: base, now: base + .days(91)),
            "the wall clock shows 2026-06-01T10:00:00.000Z, which is 91 days after the last look at 2026-03-02T10:00:00.000Z"
        ),
    ]

    @Test(arguments: sentences) func isSaid(_ doubt: ClockDoubt, _ finding: String) {
        let advice =
            "set the clock right, or, if it is right, run `jobsweep approve clock` or `jobsweep run --ignore-clock`, once"
        #expect(doubt.description == "\(finding): \(advice)")
    }
}
