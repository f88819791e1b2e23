import Foundation
import Sweeping

/// Time zones as users write them: a name of the IANA database, such as `Europe/Berlin`, or an offset, such as `+02:00`.
enum TimeZoneText {
    /// - Throws: `ValueProblem`, whose text repeats what was written.
    static func parse(_ text: String) throws(ValueProblem) -> TimeZoneRules {
        if ["UTC", "Z"].contains(where: { text.utf8.elementsEqual($0.utf8) }) { return .utc }
        if let first = text.utf8.first, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(first) {
            guard let seconds = offset(text.utf8) else {
                throw ValueProblem("\(ValueProblem.quoted(text)) is no offset; write one such as +02:00 or -0330")
            }
            return TimeZoneRules(secondsAhead: seconds)
        }
        // Abbreviations such as `EST` have files too, but several zones share one, and no zone keeps it all year.
        if text.utf8.contains(UInt8(ascii: "/")) {
            do throws(TimeZoneError) {
                return try TimeZoneRules(named: text) { FileManager.default.contents(atPath: $0).map(Array.init) }
            } catch  where names.contains(where: { text.utf8.elementsEqual($0) }) {
                throw ValueProblem(error.description)
            } catch {}
        }
        let meant = Misspelling.nearest(to: text, among: names.map { String(decoding: $0, as: UTF8.self) })
        throw ValueProblem(
            "\(ValueProblem.quoted(text)) is no time zone; "
                + (meant.map { "did you mean '\($0)'?" }
                    ?? "write UTC, a name such as Europe/Berlin, or an offset such as +02:00"))
    }

    /// For suggestions; the files may know more.
    private static let names = TimeZone.knownTimeZoneIdentifiers.filter { $0.contains("/") }.map { Array($0.utf8) }

    /// Seconds east of UTC: `+02`, `+0200`, `+02:00`. No zone has been farther than 14 hours from it.
    private static func offset(_ text: String.UTF8View) -> Int? {
        let sign = text.first == UInt8(ascii: "-") ? -1 : 1
        var digits = Array(text.dropFirst())
        if digits.count == 5, digits[2] == UInt8(ascii: ":") { digits.remove(at: 2) }
        guard [2, 4].contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let numbers = digits.map { Int($0) - 0x30 } + [0, 0]
        let (hours, minutes) = (numbers[0] * 10 + numbers[1], numbers[2] * 10 + numbers[3])
        guard minutes < 60, hours * 60 + minutes <= 14 * 60 else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}

extension ValueKind where Value == TimeZoneRules {
    static let timeZone = ValueKind(wants: "a time zone such as UTC, Europe/Berlin or +02:00") {
        scalar, _ throws(ValueProblem) in
        try TimeZoneText.parse(scalar.text)
    } text: {
        // An offset alone would be a number.
        "+-".contains($0.name.prefix(1)) ? YAMLText.quoted($0.name) : YAMLText.scalar($0.name)
    }
}
