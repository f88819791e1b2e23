import Testing

@testable import PrometheusText

/// A descriptor is also a catalogue's entry.
@Suite struct MetricDescriptorTests {
    @Test(
        arguments: [
            ("runs_total", .counter, "runs", ["runs_total"], nil), ("up", .gauge, "up", ["up"], nil),
            ("size_bytes", .gauge, "size_bytes", ["size_bytes"], "bytes"),
            ("process_cpu_seconds_total", .counter, "process_cpu_seconds", ["process_cpu_seconds_total"], "seconds"),
            ("build_info", .info, "build", ["build_info"], nil),
            ("age_seconds_info", .info, "age_seconds", ["age_seconds_info"], nil),
            ("seconds", .gauge, "seconds", ["seconds"], nil),
            ("milliseconds", .gauge, "milliseconds", ["milliseconds"], nil),
            (
                "took_seconds", .histogram(buckets: [1]), "took_seconds",
                ["took_seconds_bucket", "took_seconds_sum", "took_seconds_count"], "seconds"
            ),
        ] as [(String, MetricDescriptor.Kind, String, [String], String?)])
    func namesAndUnits(name: String, kind: MetricDescriptor.Kind, family: String, samples: [String], unit: String?) {
        let descriptor = MetricDescriptor(name: name, kind: kind, help: "x")
        #expect(descriptor.familyName == family)
        #expect(descriptor.name(in: .text) == name)
        #expect(descriptor.name(in: .openMetrics) == family)
        #expect(descriptor.sampleNames == samples)
        #expect(descriptor.unit == unit)
    }

    @Test func typeNames() {
        let kinds: [MetricDescriptor.Kind] = [.counter, .gauge, .histogram(buckets: [1]), .info]
        #expect(kinds.map { $0.typeName(in: .text) } == ["counter", "gauge", "histogram", "gauge"])
        #expect(kinds.map { $0.typeName(in: .openMetrics) } == ["counter", "gauge", "histogram", "info"])
    }

    @Test func whatWasDeclaredCanBeReadBack() {
        let descriptor = MetricDescriptor(
            name: "took_seconds", kind: .histogram(buckets: [1, 2]), help: "How long.", labels: [outcome, open])
        #expect(descriptor.kind == .histogram(buckets: [1, 2]))
        #expect(descriptor.help == "How long.")
        #expect(descriptor.labels.map(\.name) == ["outcome", "place"])
        #expect(descriptor.labels.map(\.values) == [["failed", "completed"], nil])
    }
}
