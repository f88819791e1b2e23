import Testing

@testable import PrometheusText

@Suite struct NumberTextTests {
    private func text(_ value: Double) -> String {
        var bytes: [UInt8] = []
        NumberText.append(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: written) func values(value: Double, written: String) {
        #expect(text(value) == written)
        #expect(written.utf8.count <= NumberText.longest)
    }

    private static let written: [(Double, String)] = [
        (0, "0"), (-0.0, "0"), (1, "1"), (-1, "-1"), (10, "10"), (1027, "1027"), (-300, "-300"), (0.1, "0.1"),
        (0.5, "0.5"),
        (-2.5, "-2.5"), (1_764_000_000, "1764000000"), (1_764_000_000.25, "1764000000.25"), (1e15, "1000000000000000"),
        (1e16, "10000000000000000"), (9_007_199_254_740_992, "9007199254740992"),
        (18_014_398_509_481_984, "18014398509481984"), (18_014_398_509_481_988, "1.8014398509481988e+16"),
        (-18_014_398_509_481_984, "-18014398509481984"), (1e17, "1e+17"), (5e20, "5e+20"), (1e-5, "1e-05"),
        (0.0001, "0.0001"), (1.5e-7, "1.5e-07"), (1.0 / 3, "0.3333333333333333"), (0.1 + 0.2, "0.30000000000000004"),
        (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (.leastNonzeroMagnitude, "5e-324"),
        (-2.2250738585072014e-308, "-2.2250738585072014e-308"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
        (.nan, "NaN"),
        (-.nan, "NaN"),
    ]

    @Test func whatIsWrittenReadsBackTheSame() throws {
        var state: UInt64 = 42
        for _ in 0..<20_000 {
            // SplitMix64, so that every exponent comes up.
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            let value = Double(bitPattern: mixed ^ (mixed >> 31))
            guard value.isFinite else { continue }
            let written = text(value)
            try #require(Double(written) == value && written.utf8.count <= NumberText.longest, "\(written)")
        }
    }

    /// The numbers that OpenMetrics' "Considerations: Canonical Numbers" lists, and some more as Go's `%g` has them.
    @Test(arguments: canonical) func boundsAreCanonical(bound: Double, written: String) {
        #expect(NumberText.bound(bound, .openMetrics) == written)
        let text = written.hasSuffix(".0") ? String(written.dropLast(2)) : written
        #expect(NumberText.bound(bound, .text) == text)
    }

    private static let canonical: [(Double, String)] = [
        (0.0, "0.0"), (0.001, "0.001"), (0.002, "0.002"), (0.01, "0.01"), (0.1, "0.1"), (0.9, "0.9"), (0.95, "0.95"),
        (0.99, "0.99"), (0.999, "0.999"), (1.0, "1.0"), (1.7, "1.7"), (10.0, "10.0"), (1e-10, "1e-10"), (1e-9, "1e-09"),
        (1e-5, "1e-05"), (0.0001, "0.0001"), (100_000, "100000.0"), (1e6, "1e+06"), (1e10, "1e+10"),
        (999_999.5, "999999.5"), (1_234_567, "1.234567e+06"), (1_234_567.25, "1.23456725e+06"),
        (2_097_152, "2.097152e+06"), (15_000_000, "1.5e+07"), (1e15, "1e+15"), (1.2e16, "1.2e+16"), (1e21, "1e+21"),
        (.infinity, "+Inf"),
    ]
}
