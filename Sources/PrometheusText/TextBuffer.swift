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

    mutating func append(_ byte: UInt8) {
        bytes.append(byte)
    }

    /// A sample's value.
    mutating func append(_ value: Double) {
        NumberText.append(value, to: &bytes)
    }

    /// Help text, with backslash and line feed escaped, and in OpenMetrics the quote too.
    mutating func appendHelp(_ text: String, _ format: ExpositionFormat) {
        appendEscaped(text, quotes: format == .openMetrics)
    }

    /// A label's value, without the quotes around it: backslash, quote and line feed escaped.
    mutating func appendLabelValue(_ text: String) {
        appendEscaped(text, quotes: true)
    }

    private mutating func appendEscaped(_ text: String, quotes: Bool) {
        // Nearly all text is as it is, and goes in one piece.
        guard
            text.utf8.contains(where: {
                $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\"")
            })
        else { return append(text) }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): append("\\\\" as StaticString)
            case UInt8(ascii: "\n"): append("\\n" as StaticString)
            case UInt8(ascii: "\"") where quotes: append("\\\"" as StaticString)
            default: bytes.append(byte)
            }
        }
    }
}
