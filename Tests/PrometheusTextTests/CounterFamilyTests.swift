import Testing

@testable import PrometheusText

@Suite struct CounterFamilyTests {
    @Test func allKnownSeriesAreThereFromTheStart() {
        #expect(samples(counter()) == ["things_total 0"])
        #expect(
            samples(counter("things_total", outcome)) == [
                #"things_total{outcome="completed"} 0"#, #"things_total{outcome="failed"} 0"#,
            ])
        #expect(
            samples(counter("things_total", jobType, outcome)) == [
                #"things_total{job_type="analysis",outcome="completed"} 0"#,
                #"things_total{job_type="analysis",outcome="failed"} 0"#,
                #"things_total{job_type="other",outcome="completed"} 0"#,
                #"things_total{job_type="other",outcome="failed"} 0"#,
                #"things_total{job_type="sync",outcome="completed"} 0"#,
                #"things_total{job_type="sync",outcome="failed"} 0"#,
            ])
    }

    @Test func oneOpenLabelLeavesTheSeriesToCome() {
        var family = counter("things_total", outcome, open)
        #expect(samples(family) == [])
        family.increment(labels: ["failed", "b"])
        family.increment(labels: ["failed", "a"])
        #expect(
            samples(family) == [
                #"things_total{outcome="failed",place="a"} 1"#, #"things_total{outcome="failed",place="b"} 1"#,
            ])
    }

    @Test func itAddsUp() {
        var family = counter("things_total", outcome)
        family.increment(labels: ["failed"])
        family.increment(by: 2.5, labels: ["failed"])
        family.increment(by: 0, labels: ["completed"])
        #expect(family.value(labels: ["failed"]) == 3.5)
        #expect(family.value(labels: ["completed"]) == 0)
        #expect(family.value(labels: ["unheard of"]) == nil)
        #expect(family.value(labels: []) == nil)
        #expect(family.value(labels: ["failed", "completed"]) == nil)
    }

    @Test func totalsAreTakenOver() {
        var family = counter("things_total", outcome)
        let isTaken = family.setTotal(1_000_000, labels: ["failed"])
        #expect(isTaken)
        family.increment(labels: ["failed"])
        #expect(
            samples(family) == [#"things_total{outcome="completed"} 0"#, #"things_total{outcome="failed"} 1000001"#])
        let isTakenToo = family.setTotal(3, labels: ["failed"])
        #expect(isTakenToo)
        #expect(family.value(labels: ["failed"]) == 3)
    }

    @Test(arguments: [-1, -Double.infinity, .infinity, .nan])
    func aTotalThatCannotBeIsNotTakenOver(total: Double) {
        var family = counter()
        family.increment()
        let isTaken = family.setTotal(total)
        #expect(!isTaken)
        #expect(family.value() == 1)
    }

    /// What was kept may have been kept by another version.
    @Test func aTotalOfAnUnknownLabelValueIsNotTakenOver() {
        var family = counter("things_total", outcome, open)
        let isTaken = family.setTotal(4, labels: ["vanished", "here"])
        #expect(!isTaken)
        #expect(samples(family) == [])
        let isTakenToo = family.setTotal(4, labels: ["failed", "anywhere"])
        #expect(isTakenToo)
        #expect(samples(family) == [#"things_total{outcome="failed",place="anywhere"} 4"#])
    }

    @Test(arguments: [-1, -0.001, -.infinity, .infinity, .nan])
    func anAmountThatCannotBeIsLeftOut(amount: Double) {
        var family = counter()
        family.increment(by: 2)
        #expect { () throws in try family.add(amount, []) } throws: { error in
            (error as? Mistake)?.description == "things_total can't take the number \(amount)"
        }
        #expect(family.value() == 2)
    }

    @Test func labelsThatCannotBeAreLeftOut() {
        var family = counter("things_total", jobType, outcome)
        let before = samples(family)
        #expect(throws: Mistake.labelValue(metric: "things_total", label: "outcome", value: "lost")) {
            try family.add(1, ["sync", "lost"])
        }
        #expect(throws: Mistake.labelValue(metric: "things_total", label: "job_type", value: "failed")) {
            try family.add(1, ["failed", "sync"])
        }
        for labels in [[], ["sync"], ["sync", "failed", "failed"]] {
            #expect(throws: Mistake.labelCount(metric: "things_total", values: labels)) { try family.add(1, labels) }
        }
        #expect(samples(family) == before)
    }
}
