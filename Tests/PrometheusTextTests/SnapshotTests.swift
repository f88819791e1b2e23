import Testing

@testable import PrometheusText

/// Families are values: a copy is a snapshot, which later changes don't reach.
@Suite struct SnapshotTests {
    @Test func aCopyStaysAsItWas() {
        var deleted = counter("things_total", outcome)
        var level = gauge("level", open)
        var took = histogram()
        deleted.increment(labels: ["failed"])
        level.set(1, labels: ["a"])
        took.observe(1)
        let copies: [any MetricFamily] = [deleted, level, took]
        let before = rendered(copies)
        deleted.increment(labels: ["failed"])
        level.set(2, labels: ["a"])
        level.set(2, labels: ["b"])
        took.observe(1)
        #expect(rendered(copies) == before)
        #expect(rendered([deleted, level, took]) != before)
    }

    /// The text of known series is made with the descriptor; families and their copies share it.
    @Test func labelTextIsMadeOnce() throws {
        let descriptor = MetricDescriptor(name: "things_total", kind: .counter, help: "Things.", labels: [jobType])
        let tables = (0..<2).map { _ in SeriesTable(descriptor, zero: 0.0) }
        for (one, other) in zip(tables[0].series, tables[1].series) {
            let addresses = [one, other].map { series in series.labels.text.withUnsafeBytes { $0.baseAddress } }
            #expect(addresses[0] == addresses[1])
        }
    }

    @Test(arguments: ExpositionFormat.allCases) func theBufferIsLargeEnoughFromTheStart(format: ExpositionFormat) {
        let longest = -2.2250738585072014e-308
        var level = gauge("level_seconds", help: String(repeating: "\"\\\n", count: 50), open, jobType)
        for place in 0..<50 { level.set(longest, labels: [String(repeating: "\n", count: place), "sync"]) }
        var took = histogram("took_seconds", [2.2250738585072014e-308, 1.2345678901234567e+300], open)
        for place in 0..<50 {
            took.restore(counts: [1 << 53, 0, 0], sum: 1.2345678901234567e-300, labels: ["\(place)"])
        }
        var things = counter("things_total", help: "\n", jobType)
        things.setTotal(2.2250738585072014e-308, labels: ["sync"])
        var version = info(MetricLabel(name: "version"))
        version.set(1, labels: ["\"\"\""])
        for families: [any MetricFamily] in [[level], [took], [things], [version], [level, took, things, version], []] {
            let size = Exposition.render(families, format: format).count
            let limit = Exposition.sizeLimit(families)
            #expect(size <= limit)
            // And not by far: the bytes are kept as long as the exposition is.
            #expect(limit <= 2 * size + 64 * families.count + 8)
        }
    }
}
