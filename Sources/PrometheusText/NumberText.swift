/// Numbers as Prometheus reads them: the shortest text that reads back the same.
enum NumberText {
    /// The longest text of a number, in bytes: `-2.2250738585072014e-308`.
    static let longest = 24

    /// Up to here every whole number is written with all its digits; above, Swift and Go both write an exponent.
    private static let largestWhole: Double = 18_014_398_509_481_984  // 2^54

    /// A sample's value. Whole numbers have no fraction, in either format.
    static func append(_ value: Double, to bytes: inout [UInt8]) {
        // Not `Int64(exactly:)`, which needs the C mathematics library, and so an import somewhere in the program.
        if value.magnitude <= largestWhole, Double(Int64(value)) == value {
            append(Int64(value), to: &bytes)
        } else if value.isFinite {
            bytes.append(contentsOf: value.description.utf8)
        } else {
            bytes.append(contentsOf: (value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf").utf8)
        }
    }

    /// A bucket's upper bound, which is text to Prometheus and so has to be the same wherever it comes from: Go's shortest `%g`, and
    /// in OpenMetrics ("Canonical Numbers") with `.0` where neither point nor exponent tells that it is a fraction.
    /// - Parameter value: not negative; infinite for the last bucket.
    static func bound(_ value: Double, _ format: ExpositionFormat) -> String {
        if value.isInfinite { return "+Inf" }
        let text = value.description
        if text.utf8.contains(UInt8(ascii: "e")) { return text }
        if value >= 1_000_000 { return scientific(text) }
        return format == .text && text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// `1234567.0` as `1.234567e+06`: where Go's `%g` has an exponent already and Swift not yet.
    private static func scientific(_ decimal: String) -> String {
        let parts = decimal.split(separator: ".")
        let exponent = parts[0].count - 1
        var digits = parts.joined()[...]
        while digits.last == "0" { digits.removeLast() }
        let fraction = digits.dropFirst()
        let mantissa = digits.prefix(1) + (fraction.isEmpty ? "" : ".") + fraction
        return "\(mantissa)e+\(exponent < 10 ? "0" : "")\(exponent)"
    }

    private static func append(_ whole: Int64, to bytes: inout [UInt8]) {
        if whole < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        var rest = whole.magnitude
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }
}
