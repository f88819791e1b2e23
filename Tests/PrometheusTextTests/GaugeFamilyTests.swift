import Testing

@testable import PrometheusText

@Suite struct GaugeFamilyTests {
    @Test func itGoesUpAndDown() {
        var family = gauge("level", outcome)
        #expect(samples(family) == [#"level{outcome="completed"} 0"#, #"level{outcome="failed"} 0"#])
        family.set(5, labels: ["failed"])
        family.set(-2.5, labels: ["failed"])
        #expect(family.value(labels: ["failed"]) == -2.5)
        #expect(family.value(labels: ["completed"]) == 0)
        #expect(family.value(labels: ["lost"]) == nil)
        #expect(samples(family) == [#"level{outcome="completed"} 0"#, #"level{outcome="failed"} -2.5"#])
    }

    @Test(arguments: [(Double.nan, "level NaN"), (.infinity, "level +Inf"), (-.infinity, "level -Inf")])
    func everyNumberIsAValue(value: Double, line: String) {
        var family = gauge()
        family.set(value)
        for format in ExpositionFormat.allCases { #expect(samples(family, format) == [line]) }
    }

    @Test func valuesAreTakenOverUnlessTheirLabelsAreUnknown() {
        var family = gauge("level", outcome)
        let isTaken = family.restore(9, labels: ["failed"])
        #expect(isTaken)
        let isTakenToo = family.restore(9, labels: ["vanished"])
        #expect(!isTakenToo)
        #expect(samples(family) == [#"level{outcome="completed"} 0"#, #"level{outcome="failed"} 9"#])
    }

    @Test func labelsThatCannotBeAreLeftOut() {
        var family = gauge("level", outcome)
        #expect(throws: Mistake.labelValue(metric: "level", label: "outcome", value: "lost")) {
            try family.replace(1, ["lost"])
        }
        #expect(throws: Mistake.labelCount(metric: "level", values: [])) { try family.replace(1, []) }
        #expect(samples(family) == [#"level{outcome="completed"} 0"#, #"level{outcome="failed"} 0"#])
    }

    @Test func anInfoIsOneOrNotThere() {
        var family = info(MetricLabel(name: "version"), outcome)
        #expect(samples(family) == [])
        #expect(throws: Mistake.number(metric: "build_info", value: 0)) { try family.replace(0, ["1", "failed"]) }
        let isTaken = family.restore(2, labels: ["1", "failed"])
        #expect(!isTaken)
        #expect(samples(family) == [])
        family.set(1, labels: ["1", "failed"])
        #expect(samples(family) == [#"build_info{version="1",outcome="failed"} 1"#])
    }

    /// Which of the values holds isn't known from the start, though all of them are.
    @Test func anInfoHasNoSeriesFromTheStart() {
        #expect(samples(info(outcome)) == [])
        #expect(samples(info()) == [])
    }
}
