/// Sizes in bytes: a bare number, or one with a unit. `MB` counts in powers of ten and `MiB` in powers of two (IEC 80000-13).
package enum ByteSizeText {
    private static let units: [(name: String, bytes: Int)] = [
        ("TiB", 1 << 40), ("TB", 1_000_000_000_000), ("GiB", 1 << 30), ("GB", 1_000_000_000), ("MiB", 1 << 20),
        ("MB", 1_000_000), ("KiB", 1 << 10), ("kB", 1000), ("KB", 1000), ("B", 1),
    ]

    /// Reads a size.
    /// - Returns: bytes.
    /// - Throws: `ValueProblem`, whose text repeats what was written.
    package static func parse(_ text: String) throws(ValueProblem) -> Int {
        let quoted = ValueProblem.quoted(text)
        guard !text.isEmpty else { throw ValueProblem("is empty; write a size such as 64MiB") }
        if text.hasPrefix("-") { throw ValueProblem("\(quoted) is negative; a size is not") }
        let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let name = String(text[digits.endIndex...])
        guard !digits.isEmpty else { throw ValueProblem("\(quoted) is not a size; write one such as 64MiB") }
        guard let unit = name.isEmpty ? 1 : units.first(where: { $0.name == name })?.bytes else {
            throw ValueProblem(
                "\(quoted) is not a size; write bytes, or a number with B, kB, MB, GB, TB, KiB, MiB, GiB or TiB")
        }
        guard let count = Int(Substring(digits)),
            case let (bytes, overflow) = count.multipliedReportingOverflow(by: unit), !overflow
        else {
            throw ValueProblem("\(quoted) is too large a size")
        }
        return bytes
    }

    /// The shortest exact text, such as `32MiB`, `1MB` or `1025`.
    package static func print(_ bytes: Int) -> String {
        guard bytes > 0, let unit = units.first(where: { bytes.isMultiple(of: $0.bytes) }), unit.bytes > 1 else {
            return "\(bytes)"
        }
        return "\(bytes / unit.bytes)\(unit.name)"
    }
}
