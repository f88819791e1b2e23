/// Durations as Prometheus writes them: `30d`, `5m`, `1h30m`, `0s`, `0`.
///
/// The units y, w, d, h, m, s and ms follow each other in this order, each at most once; a year has 365 days. The rules are those
/// of Prometheus' `model.ParseDuration`.
package enum DurationText {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("y", 365 * 86_400_000), ("w", 7 * 86_400_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000),
        ("ms", 1),
    ]

    /// Reads a duration, to the millisecond.
    /// - Throws: `ValueProblem`, whose text repeats what was written.
    package static func parse(_ text: String) throws(ValueProblem) -> Duration {
        if text == "0" { return .zero }
        let quoted = ValueProblem.quoted(text)
        guard !text.isEmpty else { throw ValueProblem("is empty; write a duration such as 30d, 5m or 1h30m") }
        if text.hasPrefix("-") { throw ValueProblem("\(quoted) is negative; a duration counts up from 0s") }
        var rest = text.utf8[...]
        var total: Int64 = 0
        var nextUnit = 0
        while !rest.isEmpty {
            let digits = rest.prefix(while: isDigit)
            rest = rest[digits.endIndex...]
            let name = String(Substring(rest.prefix { !isDigit($0) }))
            rest = rest.dropFirst(name.utf8.count)
            guard !digits.isEmpty, name.utf8.allSatisfy(isLetter) else {
                throw ValueProblem(
                    name == "." || name == ","
                        ? "\(quoted) has a fraction; write whole numbers, such as 1h30m"
                        : "\(quoted) is not a duration; write one such as 30d, 5m or 1h30m")
            }
            guard !name.isEmpty else {
                throw ValueProblem("\(quoted) has no unit; write \(quotedNumber(digits))")
            }
            guard let unit = units.firstIndex(where: { $0.name == name }) else {
                throw ValueProblem(
                    "\(quoted) is not a duration: \(ValueProblem.quoted(name)) is no unit; units are y, w, d, h, m, s and ms"
                )
            }
            guard unit >= nextUnit else {
                throw ValueProblem(
                    "\(quoted) is not a duration: the units y, w, d, h, m, s and ms stand in this order, each at most once"
                )
            }
            nextUnit = unit + 1
            guard let count = Int64(Substring(digits)) else { throw tooLong(quoted) }
            let (product, overflow) = count.multipliedReportingOverflow(by: units[unit].milliseconds)
            let (sum, sumOverflow) = total.addingReportingOverflow(product)
            // A thousandth of the range: the sum still fits where microseconds are counted.
            guard !overflow, !sumOverflow, sum <= .max / 1000 else { throw tooLong(quoted) }
            total = sum
        }
        return .milliseconds(total)
    }

    private static func tooLong(_ quoted: String) -> ValueProblem {
        ValueProblem("\(quoted) is too long a duration")
    }

    /// A number with each of the units that people mean most often.
    private static func quotedNumber(_ digits: Substring.UTF8View) -> String {
        let number = digits.count > 6 ? "30" : String(Substring(digits))
        return "\(number)d, \(number)h, \(number)m or \(number)s"
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
