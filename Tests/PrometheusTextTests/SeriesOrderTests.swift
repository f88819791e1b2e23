import Testing

@testable import PrometheusText

@Suite struct SeriesOrderTests {
    @Test func theOrderOfUseDoesNotMatter() {
        let values = ["b", "a", "", "aa", "B", "10", "9", "\u{E9}", "z", "a b"]
        let expected = ["", "10", "9", "B", "a", "a b", "aa", "b", "z", "\u{E9}"]
        for order in [values, values.reversed(), values.sorted(), values.sorted(by: >)] {
            var family = gauge("level", help: "x", open)
            for value in order { family.set(1, labels: [value]) }
            #expect(samples(family) == expected.map { "level{place=\"\($0)\"} 1" })
        }
    }

    @Test func theFirstLabelDecidesFirst() {
        var family = gauge("level", help: "x", open, MetricLabel(name: "code"))
        for labels in [["b", "1"], ["a", "2"], ["b", "0"], ["a", "10"]] { family.set(1, labels: labels) }
        #expect(
            samples(family) == [
                #"level{place="a",code="10"} 1"#, #"level{place="a",code="2"} 1"#, #"level{place="b",code="0"} 1"#,
                #"level{place="b",code="1"} 1"#,
            ])
    }

    /// To Swift the two strings are equal, to Prometheus they are different label values.
    @Test func seriesAreToldApartByBytes() {
        let composed = "\u{E9}"
        let decomposed = "e\u{301}"
        var family = gauge("level", help: "x", open)
        family.set(1, labels: [composed])
        family.set(2, labels: [decomposed])
        #expect(family.value(labels: [composed]) == 1)
        #expect(family.value(labels: [decomposed]) == 2)
        #expect(samples(family).count == 2)
    }

    @Test func everySeriesIsFoundAgain() {
        var family = counter("things_total", open)
        for round in 1...3 {
            for number in 0..<200 { family.increment(labels: [String(number * 7919 % 200)]) }
            #expect(samples(family).count == 200)
            #expect((0..<200).allSatisfy { family.value(labels: [String($0)]) == Double(round) })
        }
    }
}
