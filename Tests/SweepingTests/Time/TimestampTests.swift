import Foundation
import Sweeping
import Testing

@Suite("Instants and spans")
struct TimestampTests {
    static let texts: [(Int64, String)] = [
        (Int64(1_767_323_045_678_999), "2026-01-02T03:04:05.678Z"), (0, "1970-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"), (-62_135_596_800_000_000, "0001-01-01T00:00:00.000Z"),
    ]

    @Test(
        "RFC 3339 to the millisecond, which is cut off and never rounded up",
        arguments: texts)
    func text(_ microseconds: Int64, _ expected: String) {
        #expect(Timestamp(microseconds: microseconds).rfc3339 == expected)
    }

    @Test("JSON holds the text; a text that is no instant is an error")
    func coding() throws {
        let instant = Timestamp(microseconds: 1_767_323_045_678_000)
        let data = try JSONEncoder().encode([instant])
        #expect(String(decoding: data, as: UTF8.self) == #"["2026-01-02T03:04:05.678Z"]"#)
        #expect(try JSONDecoder().decode([Timestamp].self, from: data) == [instant])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Timestamp].self, from: Data(#"["soon"]"#.utf8))
        }
    }

    @Test("arithmetic is exact to the microsecond, and Unix seconds come near")
    func arithmetic() {
        let instant = Timestamp(microseconds: 1_000_001)
        #expect(instant - .microseconds(2) == Timestamp(microseconds: 999_999))
        #expect(instant + .days(1) == Timestamp(microseconds: 86_401_000_001))
        #expect(instant - Timestamp(microseconds: 3) == .microseconds(999_998))
        #expect(Timestamp(microseconds: 3) - instant == .microseconds(-999_998))
        #expect(instant.unixSeconds == 1.000001)
        #expect(Timestamp(unixSeconds: 1.0000014) == instant)
    }

    @Test("spans are counted in whole microseconds, towards zero")
    func spans() {
        #expect(Duration.nanoseconds(1999).wholeMicroseconds == 1)
        #expect(Duration.nanoseconds(-1999).wholeMicroseconds == -1)
        #expect(Duration.milliseconds(1500).inSeconds == 1.5)
        #expect(Duration.minutes(90).inMinutes == 90)
        #expect(Duration.days(2) == .hours(48))
    }

    static let lengths: [(Duration, String, Double)] = [
        (Duration.zero, "0.0", 0.0), (.seconds(2712), "45.2", 45.2), (.seconds(2715), "45.2", 45.2),
        (.seconds(2721), "45.4", 45.4), (.seconds(2715) + .microseconds(1), "45.3", 45.3),
        (.seconds(2714) + .microseconds(999_999), "45.2", 45.2), (.seconds(3), "0.0", 0.0), (.seconds(9), "0.2", 0.2),
        (.seconds(3) + .microseconds(1), "0.1", 0.1), (.seconds(1800) + .microseconds(1), "30.0", 30.0),
        (.seconds(3597), "60.0", 60.0), (.seconds(3596), "59.9", 59.9), (.days(91), "131040.0", 131_040.0),
    ]

    @Test(
        "minutes have one decimal; a tie goes to the even digit, as Python's formatting has it",
        arguments: lengths)
    func minutes(_ span: Duration, _ text: String, _ number: Double) {
        #expect(span.minutesWithOneDecimal == text)
        #expect(span.roundedMinutes == number)
    }
}
