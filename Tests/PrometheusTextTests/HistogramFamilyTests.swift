import Testing

@testable import PrometheusText

@Suite struct HistogramFamilyTests {
    @Test func anEmptyOneHasEveryBucketAtZero() {
        #expect(
            samples(histogram()) == [
                #"took_seconds_bucket{le="0.1"} 0"#, #"took_seconds_bucket{le="1"} 0"#,
                #"took_seconds_bucket{le="2.5"} 0"#, #"took_seconds_bucket{le="+Inf"} 0"#, "took_seconds_sum 0",
                "took_seconds_count 0",
            ])
    }

    @Test func bucketsHoldWhatIsLessOrEqualAndCumulate() {
        var family = histogram()
        for value in [0, 0.1, 0.125, 1, 1.5, 2.5, 2.625, 100] { family.observe(value) }
        #expect(
            samples(family) == [
                #"took_seconds_bucket{le="0.1"} 2"#, #"took_seconds_bucket{le="1"} 4"#,
                #"took_seconds_bucket{le="2.5"} 6"#, #"took_seconds_bucket{le="+Inf"} 8"#, "took_seconds_sum 107.85",
                "took_seconds_count 8",
            ])
        #expect(family.value()?.counts == [2, 2, 2, 2])
        #expect(family.value()?.count == 8)
        #expect(family.value()?.sum == 107.85)
    }

    @Test func labelsComeBeforeTheBound() {
        var family = histogram("took_seconds", [1], outcome, open)
        family.observe(0.5, labels: ["failed", "a\"b"])
        #expect(
            samples(family, .openMetrics) == [
                #"took_seconds_bucket{outcome="failed",place="a\"b",le="1.0"} 1"#,
                #"took_seconds_bucket{outcome="failed",place="a\"b",le="+Inf"} 1"#,
                #"took_seconds_sum{outcome="failed",place="a\"b"} 0.5"#,
                #"took_seconds_count{outcome="failed",place="a\"b"} 1"#,
            ])
        #expect(family.value(labels: ["failed", "nowhere"]) == nil)
    }

    @Test func whatWasKeptComesBack() throws {
        var first = histogram()
        for value in [0.05, 0.5, 0.5, 2, 9] { first.observe(value) }
        let kept = try #require(first.value())
        var second = histogram()
        let isTaken = second.restore(counts: kept.counts, sum: kept.sum)
        #expect(isTaken)
        #expect(samples(second) == samples(first))
        second.observe(0.05)
        #expect(second.value()?.counts == [2, 2, 1, 1])
    }

    /// Another version may have had other buckets, and a damaged file anything.
    @Test(
        arguments: [
            ([], 0), ([1, 2, 3], 6), ([1, 2, 3, 4, 5], 15), ([1, -1, 0, 0], 0), ([Int.max, 1, 0, 0], 1),
            ([1 << 53, 1, 0, 0], 1), ([0, 0, 0, 1], -1), ([0, 0, 0, 1], .nan), ([0, 0, 0, 1], .infinity),
            ([Int.max, Int.max, Int.max, Int.max], 1), ([.min, 0, 0, 0], 1),
        ] as [([Int], Double)])
    func whatCannotBeIsNotTakenOver(counts: [Int], sum: Double) {
        var family = histogram()
        family.observe(1)
        let before = samples(family)
        let isTaken = family.restore(counts: counts, sum: sum)
        #expect(!isTaken)
        #expect(samples(family) == before)
    }

    @Test func theLargestCountsStillCount() {
        var family = histogram()
        let isTaken = family.restore(counts: [0, 0, 0, 1 << 53], sum: 1)
        #expect(isTaken)
        family.observe(0)
        #expect(family.value()?.count == (1 << 53) + 1)
    }

    @Test func countsOfAnUnknownLabelValueAreNotTakenOver() {
        var family = histogram("took_seconds", [1], outcome)
        let before = samples(family)
        let isTaken = family.restore(counts: [1, 1], sum: 3, labels: ["vanished"])
        #expect(!isTaken)
        #expect(samples(family) == before)
    }

    @Test(arguments: [-0.001, -.infinity, .infinity, .nan])
    func anObservationThatWouldSpoilTheSumIsLeftOut(value: Double) {
        var family = histogram()
        let before = samples(family)
        #expect(throws: Mistake.self) { try family.count(value, []) }
        #expect(samples(family) == before)
    }

    @Test func labelsThatCannotBeAreLeftOut() {
        var family = histogram("took_seconds", [1], outcome)
        let before = samples(family)
        #expect(throws: Mistake.labelValue(metric: "took_seconds", label: "outcome", value: "lost")) {
            try family.count(1, ["lost"])
        }
        #expect(throws: Mistake.labelCount(metric: "took_seconds", values: [])) { try family.count(1, []) }
        #expect(samples(family) == before)
    }
}
