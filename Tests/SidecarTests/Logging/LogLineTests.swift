import Logging
import Sweeping
import Testing

@testable import Sidecar

@Suite("A line of the log")
struct LogLineTests {
    private static let line = LogLine(
        time: Timestamp(microseconds: 1_772_445_600_123_456), level: .warning, message: "so it \"is\"",
        metadata: [
            "rows": .stringConvertible(12), "seconds": .stringConvertible(0.25), "dry": .stringConvertible(false),
            "id": "007", "text": "a b", "none": "", "more": ["x", .stringConvertible(2)],
            "deep": ["k": .stringConvertible(3)], "endless": .stringConvertible(Double.infinity),
        ])

    @Test func asText() {
        #expect(
            LogLineTests.line.text(.text)
                == #"2026-03-02T10:00:00.123Z warning so it "is" deep="[\"k\": \"3\"]" dry=false endless=inf id=007 "#
                + #"more="[\"x\", \"2\"]" none="" rows=12 seconds=0.25 text="a b""#)
    }

    /// Numbers and booleans are what they are; an id of digits stays a text.
    @Test func asJSON() {
        #expect(
            LogLineTests.line.text(.json)
                == #"{"time":"2026-03-02T10:00:00.123Z","level":"warning","message":"so it \"is\"","deep":{"k":3},"dry":false,"#
                + #""endless":"inf","id":"007","more":["x",2],"none":"","rows":12,"seconds":0.25,"text":"a b"}"#)
    }
}
