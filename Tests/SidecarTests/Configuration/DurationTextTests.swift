import Sweeping
import Testing

@testable import Sidecar

@Suite struct DurationTextTests {
    static let readable: [(String, Duration)] = [
        ("0", Duration.zero), ("0s", .zero), ("0d", .zero), ("5m", .minutes(5)), ("30d", .days(30)),
        ("1h30m", .minutes(90)),
        ("1w", .days(7)), ("1y", .days(365)), ("20ms", .milliseconds(20)), ("1s500ms", .milliseconds(1500)),
        ("90m", .minutes(90)), ("007s", .seconds(7)),
        ("1y2w3d4h5m6s7ms", .days(365 + 14 + 3) + .hours(4) + .minutes(5) + .seconds(6) + .milliseconds(7)),
        ("9223372036854775ms", .milliseconds(9_223_372_036_854_775)),
    ]

    @Test(arguments: readable) func reads(_ text: String, _ duration: Duration) throws {
        #expect(try DurationText.parse(text) == duration)
    }

    private static let noDuration = "is not a duration; write one such as 30d, 5m or 1h30m"
    private static let wrongOrder =
        "is not a duration: the units y, w, d, h, m, s and ms stand in this order, each at most once"

    static let refused: [(String, String)] = [
        ("", "is empty; write a duration such as 30d, 5m or 1h30m"),
        ("30", "'30' has no unit; write 30d, 30h, 30m or 30s"),
        ("00", "'00' has no unit; write 00d, 00h, 00m or 00s"),
        ("1h30", "'1h30' has no unit; write 30d, 30h, 30m or 30s"),
        ("12345678", "'12345678' has no unit; write 30d, 30h, 30m or 30s"),
        ("-5m", "'-5m' is negative; a duration counts up from 0s"),
        ("1.5h", "'1.5h' has a fraction; write whole numbers, such as 1h30m"),
        ("1,5h", "'1,5h' has a fraction; write whole numbers, such as 1h30m"),
        ("5M", "'5M' is not a duration: 'M' is no unit; units are y, w, d, h, m, s and ms"),
        ("5us", "'5us' is not a duration: 'us' is no unit; units are y, w, d, h, m, s and ms"),
        ("5min", "'5min' is not a duration: 'min' is no unit; units are y, w, d, h, m, s and ms"),
        ("30m1h", "'30m1h' \(wrongOrder)"), ("1m1m", "'1m1m' \(wrongOrder)"), ("1ms1s", "'1ms1s' \(wrongOrder)"),
        ("m", "'m' \(noDuration)"), ("+5m", "'+5m' \(noDuration)"), (" 5m", "' 5m' \(noDuration)"),
        ("5m ", "'5m ' \(noDuration)"),
        ("1h 30m", "'1h 30m' \(noDuration)"), ("½h", "'½h' \(noDuration)"), ("٣m", "'٣m' \(noDuration)"),
        ("PT5M", "'PT5M' \(noDuration)"),
        ("5é", "'5é' \(noDuration)"), ("1:30", "'1:30' \(noDuration)"), ("5m\n", "'5m\\n' \(noDuration)"),
        ("9223372036854776s", "'9223372036854776s' is too long a duration"),
        ("9223372036854775807ms", "'9223372036854775807ms' is too long a duration"),
        ("292471208y", "'292471208y' is too long a duration"),
        ("99999999999999999999s", "'99999999999999999999s' is too long a duration"),
        (
            "9223372036854775807y9223372036854775807w",
            "'9223372036854775807y9223372036854775807w' is too long a duration"
        ),
    ]

    @Test(arguments: refused) func refuses(_ text: String, _ message: String) {
        #expect(throws: ValueProblem(message)) { try DurationText.parse(text) }
    }

    static let printed: [(Duration, String)] = [
        (Duration.zero, "0s"), (.milliseconds(1), "1ms"),
        (.seconds(90), "1m30s"),
        (.minutes(60), "1h"), (.days(14), "14d"), (.days(365), "365d"), (.hours(36), "1d12h"),
        (.days(1) + .hours(2) + .minutes(3) + .seconds(4) + .milliseconds(5), "1d2h3m4s5ms"),
    ]

    @Test(arguments: printed) func prints(_ duration: Duration, _ text: String) {
        #expect(duration.prometheusText == text)
    }

    @Test func readsWhatItPrints() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<1000 {
            let duration = Duration.milliseconds(
                Int64.random(in: 0...(1 << Int64.random(in: 0...52)), using: &generator))
            #expect(try DurationText.parse(duration.prometheusText) == duration)
        }
    }
}
