import Foundation
import Testing

@testable import Sweeping

struct LabelledCountsTests {
    private static let sample = {
        var counts = LabelledCounts()
        counts.add(3, to: "deleted", ["sync"])
        counts.add(to: "deleted", ["sync"])
        counts.add(2, to: "deleted", ["export"])
        counts.add(5, to: "downloads")
        return counts
    }()

    @Test func countsAreKeptByMetricAndLabels() {
        let counts = Self.sample
        #expect(counts.metrics == ["deleted", "downloads"])
        #expect(counts["deleted"] == [["sync"]: 4, ["export"]: 2])
        #expect(counts.count("downloads") == 5)
        #expect(counts.count("deleted", ["other"]) == 0)
        #expect(counts["unknown"].isEmpty)
    }

    @Test func mergingAddsEveryCount() {
        var other = LabelledCounts()
        other.add(1, to: "deleted", ["export"])
        other.add(7, to: "reset")
        let sum = Self.sample + other
        #expect(sum.count("deleted", ["export"]) == 3)
        #expect(sum.count("deleted", ["sync"]) == 4)
        #expect(sum.count("reset") == 7)
        #expect(sum == other + Self.sample)
    }

    @Test func aCountStaysAtTheLargestNumber() {
        var counts = LabelledCounts()
        counts.add(.max, to: "deleted")
        counts.add(1, to: "deleted")
        #expect(counts.count("deleted") == .max)
    }

    @Test func theTextIsAListUnderEachMetric() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(Self.sample), as: UTF8.self)
        #expect(
            text
                == #"{"deleted":[{"count":2,"labels":["export"]},{"count":4,"labels":["sync"]}],"downloads":[{"count":5,"labels":[]}]}"#
        )
        #expect(try JSONDecoder().decode(LabelledCounts.self, from: Data(text.utf8)) == Self.sample)
    }

    @Test func whatCannotBeReadCostsOnlyItself() throws {
        let text = """
            {"deleted": [{"labels": ["sync"], "count": 4, "since": "later"}, {"labels": ["odd"]}, 7,
                         {"labels": "export", "count": 1}, {"labels": ["export"], "count": 2}],
             "downloads": [{"count": 5}], "later": {"a": 1}, "none": null}
            """
        #expect(try JSONDecoder().decode(LabelledCounts.self, from: Data(text.utf8)) == Self.sample)
    }
}
