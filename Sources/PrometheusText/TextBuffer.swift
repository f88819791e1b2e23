/// The one buffer that an exposition is written into.
struct TextBuffer {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
    }

    mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ more: [UInt8]) {
        bytes.append(contentsOf: more)
    }

    /// Help text, with backslash and line feed escaped, and in OpenMetrics the quote too.
    mutating func appendHelp(_ text: String, _ format: ExpositionFormat) {
        appendEscaped(text, quotes: format == .openMetrics)
    }

    /// A label's value, without the quotes around it.
    mutating func appendLabelValue(_ text: String) {
        appendEscaped(text, quotes: true)
    }

    private mutating func appendEscaped(_ text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): append("\\\\" as StaticString)
            case UInt8(ascii: "\n"): append("\\n" as StaticString)
            case UInt8(ascii: "\"") where quotes: append("\\\"" as StaticString)
            default: bytes.append(byte)
            }
        }
    }

    /// A sample's value: the shortest text that reads back the same, whole numbers without a fraction.
    mutating func append(_ value: Double) {
        if let whole = Int64(exactly: value), abs(whole) < 1_000_000_000_000_000 {
            append(whole)
        } else {
            append(TextBuffer.text(value))
        }
    }

    private mutating func append(_ whole: Int64) {
        guard whole != 0 else {
            bytes.append(UInt8(ascii: "0"))
            return
        }
        if whole < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        var rest = whole.magnitude
        while rest > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        }
        bytes[start...].reverse()
    }

    static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value.description
    }

    /// A bucket's upper bound: OpenMetrics writes whole ones as `1.0`, the text format as `1`.
    static func bound(_ value: Double, _ format: ExpositionFormat) -> String {
        if value.isInfinite { return "+Inf" }
        if format == .text, let whole = Int64(exactly: value) { return String(whole) }
        return value.description
    }
}
