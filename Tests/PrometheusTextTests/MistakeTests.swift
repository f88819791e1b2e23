import Testing

@testable import PrometheusText

/// Programmers' mistakes stop the program while it is being built, and not at the user's.
///
/// What an optimised build does instead, leave the mistake out, is tested with each family; `swift test -c release` runs the same calls here.
@Suite struct MistakeTests {
    /// Only a build without optimisation evaluates what is asserted.
    private static let asserts: Bool = {
        var evaluated = false
        assert(
            {
                evaluated = true
                return true
            }())
        return evaluated
    }()
    private static let stops: ExitTest.Condition = asserts ? .failure : .success

    @Test func anAmountThatCannotBe() async {
        await #expect(processExitsWith: Self.stops) {
            var family = counter()
            family.increment(by: -1)
        }
    }

    @Test func aLabelValueOutsideTheSet() async {
        await #expect(processExitsWith: Self.stops) {
            var family = counter("things_total", outcome)
            family.increment(labels: ["lost"])
        }
        await #expect(processExitsWith: Self.stops) {
            var family = gauge("level", outcome)
            family.set(1, labels: ["lost"])
        }
        await #expect(processExitsWith: Self.stops) {
            var family = histogram("took_seconds", [1], outcome)
            family.observe(1, labels: ["lost"])
        }
    }

    @Test func aWrongNumberOfLabelsEvenForWhatWasKept() async {
        await #expect(processExitsWith: Self.stops) {
            var family = counter("things_total", outcome)
            _ = family.setTotal(1)
        }
    }

    @Test func twoFamiliesOfOneName() async {
        await #expect(processExitsWith: Self.stops) {
            let text = rendered([counter("things_total", help: "One."), counter("things_total", help: "Two.")])
            let first = "# HELP things_total One.\n# TYPE things_total counter\nthings_total 0\n"
            precondition(Self.asserts || text == first, text)
        }
    }

    /// Declarations are made at the start, before anything is at stake: these stop every build.
    @Test func badDeclarations() async {
        await #expect(processExitsWith: .failure) { _ = MetricLabel(name: "a-b") }
        await #expect(processExitsWith: .failure) { _ = MetricDescriptor(name: "jobs", kind: .counter, help: "x") }
        await #expect(processExitsWith: .failure) { _ = CounterFamily(gauge().descriptor) }
        await #expect(processExitsWith: .failure) { _ = GaugeFamily(counter().descriptor) }
        await #expect(processExitsWith: .failure) { _ = HistogramFamily(gauge().descriptor) }
    }

    @Test func whatTheySay() {
        let mistakes: [Mistake] = [
            .labelCount(metric: "up", values: ["a", "b"]), .labelValue(metric: "up", label: "place", value: "moon"),
            .number(metric: "up", value: -1), .buckets(metric: "took", counts: [1, -2]),
        ]
        #expect(
            mistakes.map(\.description) == [
                #"up can't have the label values ["a", "b"]: their number is wrong"#,
                #"up can't have the label place="moon""#, "up can't take the number -1.0",
                "took can't have the bucket counts [1, -2]",
            ])
    }
}
