import Testing

@testable import PrometheusText

/// `name[]`: only some families.
@Suite struct FilterTests {
    private let families: [any MetricFamily] = [
        counter("runs_total", help: "Runs."), gauge("up", help: "Up."), histogram("took_seconds", [1]), info(),
    ]

    private func names(_ chosen: Set<String>?, _ format: ExpositionFormat = .text) -> [String] {
        rendered(families, format, names: chosen).split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
            .map { String($0.split(separator: " ")[2]) }
    }

    @Test(
        arguments: [
            (nil, ["build_info", "runs_total", "took_seconds", "up"]), ([], []), (["none"], []),
            (["up"], ["up"]), (["runs_total"], ["runs_total"]), (["runs"], ["runs_total"]),
            (["build_info"], ["build_info"]), (["build"], ["build_info"]),
            (["took_seconds"], ["took_seconds"]), (["took_seconds_bucket"], ["took_seconds"]),
            (["took_seconds_sum"], ["took_seconds"]), (["took_seconds_count"], ["took_seconds"]),
            (["took_seconds_total", "up_bucket", "u", "up_"], []),
            (["up", "none", "runs_total"], ["runs_total", "up"]),
        ] as [(Set<String>?, [String])])
    func byFamilyAndSampleNames(chosen: Set<String>?, found: [String]) {
        #expect(names(chosen) == found)
    }

    @Test func bothSpellingsInOpenMetricsToo() {
        #expect(names(["runs_total", "build"], .openMetrics) == ["build", "runs"])
        #expect(names(["runs", "build_info"], .openMetrics) == ["build", "runs"])
    }

    @Test func aFamilyIsWrittenWhole() {
        #expect(
            rendered(families, .openMetrics, names: ["took_seconds_sum"]) == """
                # TYPE took_seconds histogram
                # UNIT took_seconds seconds
                # HELP took_seconds How long.
                took_seconds_bucket{le="1.0"} 0
                took_seconds_bucket{le="+Inf"} 0
                took_seconds_sum 0
                took_seconds_count 0
                # EOF

                """)
    }
}
