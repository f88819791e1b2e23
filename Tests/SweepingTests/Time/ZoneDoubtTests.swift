import Sweeping
import Testing

@Suite("Doubts about the time zone")
struct ZoneDoubtTests {
    private static let column = ColumnReference("job", "updated_at")

    private static func doubt(_ ahead: Duration, in zone: TimeZoneRules = .utc) -> String? {
        ZoneDoubt(NewestTime(column: column, time: .noon + ahead), now: .noon, in: zone)?.zone.name
    }

    static let distances: [(Duration, String)] = [
        (.hours(-8), "-08:00"), (.hours(-8) - .minutes(5), "-08:00"), (.hours(-8) + .seconds(30), "-08:00"),
        (.hours(2), "+02:00"), (.hours(2) - .minutes(4), "+02:00"), (.minutes(330), "+05:30"),
        (.minutes(345), "+05:45"),
        (.minutes(-210), "-03:30"), (.hours(14), "+14:00"), (.hours(-12), "-12:00"),
    ]

    @Test("times that stand as far from now as zones do", arguments: distances)
    func noticed(_ ahead: Duration, _ zone: String) {
        #expect(Self.doubt(ahead) == zone)
    }

    @Test(
        "times that are recent, old or nobody's",
        arguments: [
            Duration.zero, .seconds(30), .minutes(-4), .minutes(-17), .hours(-8) - .minutes(6),
            .hours(-1) - .minutes(13), .minutes(-345),
            .hours(-13), .hours(15), .days(-3), .days(400), .minutes(3), .hours(2) + .seconds(31),
        ])
    func passed(_ ahead: Duration) {
        #expect(Self.doubt(ahead) == nil)
    }

    @Test("the zone that is set counts")
    func relative() {
        #expect(Self.doubt(.hours(-1), in: TimeZoneRules(secondsAhead: 7200)) == "+01:00")
        #expect(Self.doubt(.hours(1), in: TimeZoneRules(secondsAhead: -28_800)) == "-07:00")
        #expect(Self.doubt(.hours(1), in: TimeZoneRules(secondsAhead: 50_400)) == nil)
    }

    @Test("the sentence names the column, the distance and the setting")
    func sentence() {
        let doubt = ZoneDoubt(NewestTime(column: Self.column, time: .noon - .hours(8)), now: .noon, in: .utc)
        #expect(
            doubt?.description
                == "the newest times without an offset, in job.updated_at, stand 8 hours behind now: where the application"
                + " writes its local time, set time_zone: \"-08:00\", or the name of its place, which knows daylight saving"
        )
    }
}
