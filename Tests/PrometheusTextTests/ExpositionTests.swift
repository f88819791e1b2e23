import PrometheusText
import Testing

@Suite("Exposition")
struct ExpositionTests {
    private var families: [any MetricFamily] {
        var stale = CounterFamily(
            MetricDescriptor(
                name: "t_stale_total", kind: .counter, help: "Stale \"jobs\"\nwith a \\ in it.",
                labels: [
                    MetricLabel(name: "job_type", values: ["sync", "other"]),
                    MetricLabel(name: "outcome", values: ["failed", "completed"]),
                ]))
        stale.increment(by: 2, labels: ["sync", "failed"])
        var size = GaugeFamily(MetricDescriptor(name: "t_size_bytes", kind: .gauge, help: "Size."))
        size.set(1.5)
        var times = HistogramFamily(
            MetricDescriptor(name: "t_time_seconds", kind: .histogram(buckets: [0.1, 1]), help: "Time."))
        for value in [0.1, 0.5, 7] { times.observe(value) }
        var info = GaugeFamily(
            MetricDescriptor(
                name: "t_build_info", kind: .info, help: "Versions.", labels: [MetricLabel(name: "version")]))
        info.set(1, labels: ["a\"b\\c\nd"])
        return [times, stale, info, size]
    }

    @Test func textFormat() {
        let expected = #"""
            # HELP t_build_info Versions.
            # TYPE t_build_info gauge
            t_build_info{version="a\"b\\c\nd"} 1
            # HELP t_size_bytes Size.
            # TYPE t_size_bytes gauge
            t_size_bytes 1.5
            # HELP t_stale_total Stale "jobs"\nwith a \\ in it.
            # TYPE t_stale_total counter
            t_stale_total{job_type="other",outcome="completed"} 0
            t_stale_total{job_type="other",outcome="failed"} 0
            t_stale_total{job_type="sync",outcome="completed"} 0
            t_stale_total{job_type="sync",outcome="failed"} 2
            # HELP t_time_seconds Time.
            # TYPE t_time_seconds histogram
            t_time_seconds_bucket{le="0.1"} 1
            t_time_seconds_bucket{le="1"} 2
            t_time_seconds_bucket{le="+Inf"} 3
            t_time_seconds_sum 7.6
            t_time_seconds_count 3

            """#
        #expect(String(decoding: Exposition.render(families, format: .text), as: UTF8.self) == expected)
    }

    @Test func openMetrics() {
        let expected = #"""
            # HELP t_build Versions.
            # TYPE t_build info
            t_build_info{version="a\"b\\c\nd"} 1
            # HELP t_size_bytes Size.
            # TYPE t_size_bytes gauge
            t_size_bytes 1.5
            # HELP t_stale Stale \"jobs\"\nwith a \\ in it.
            # TYPE t_stale counter
            t_stale_total{job_type="other",outcome="completed"} 0
            t_stale_total{job_type="other",outcome="failed"} 0
            t_stale_total{job_type="sync",outcome="completed"} 0
            t_stale_total{job_type="sync",outcome="failed"} 2
            # HELP t_time_seconds Time.
            # TYPE t_time_seconds histogram
            t_time_seconds_bucket{le="0.1"} 1
            t_time_seconds_bucket{le="1.0"} 2
            t_time_seconds_bucket{le="+Inf"} 3
            t_time_seconds_sum 7.6
            t_time_seconds_count 3
            # EOF

            """#
        #expect(String(decoding: Exposition.render(families, format: .openMetrics), as: UTF8.self) == expected)
    }

    @Test(arguments: [
        (["t_size_bytes"], ["t_size_bytes"]), (["t_time_seconds_bucket"], ["t_time_seconds"]),
        (["t_stale", "t_size_bytes"], ["t_size_bytes", "t_stale_total"]), (["nothing"], []),
    ])
    func filter(names: [String], shown: [String]) {
        let text = String(
            decoding: Exposition.render(families, format: .text, names: Set(names)), as: UTF8.self)
        let types = text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ")[2] }
        #expect(types.map(String.init) == shown)
    }

    @Test(arguments: [
        (0.0, "0"), (-0.0, "0"), (1, "1"), (-12, "-12"), (1_795_457_158.257112, "1795457158.257112"), (0.1, "0.1"),
        (1e-7, "1e-07"), (1e15, "1000000000000000.0"), (1e16, "1e+16"), (999_999_999_999_999, "999999999999999"),
        (.infinity, "+Inf"),
        (-.infinity, "-Inf"), (.nan, "NaN"),
    ])
    func numbers(value: Double, text: String) {
        var family = GaugeFamily(MetricDescriptor(name: "t", kind: .gauge, help: "T."))
        family.set(value)
        let lines = String(decoding: Exposition.render([family], format: .text), as: UTF8.self).split(separator: "\n")
        #expect(lines.last == "t \(text)")
    }

    @Test func aSeriesWithoutKnownValuesComesWithItsFirstUse() {
        var family = CounterFamily(
            MetricDescriptor(name: "t_total", kind: .counter, help: "T.", labels: [MetricLabel(name: "code")]))
        #expect(family.value(labels: ["200"]) == nil)
        family.increment(labels: ["200"])
        #expect(family.value(labels: ["200"]) == 1)
    }

    @Test func aCopyIsASnapshot() {
        var family = CounterFamily(MetricDescriptor(name: "t_total", kind: .counter, help: "T."))
        let before = family
        family.increment()
        #expect(before.value() == 0)
        #expect(family.value() == 1)
    }

    @Test func restoredHistogramGoesOn() {
        let descriptor = MetricDescriptor(name: "t", kind: .histogram(buckets: [1]), help: "T.")
        var family = HistogramFamily(descriptor)
        family.restore(counts: [3, 2], sum: 20)
        family.observe(1)
        let text = String(decoding: Exposition.render([family], format: .text), as: UTF8.self)
        #expect(
            text.hasSuffix("t_bucket{le=\"1\"} 4\nt_bucket{le=\"+Inf\"} 6\nt_sum 21\nt_count 6\n"), "\(text)")
    }
}
