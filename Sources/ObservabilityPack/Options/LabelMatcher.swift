/// One matcher of a PromQL selector: `env="prod"`.
package struct LabelMatcher: Sendable, Equatable {
    package enum Comparison: String, Sendable, CaseIterable {
        case equal = "="
        case notEqual = "!="
        case matches = "=~"
        case matchesNot = "!~"
    }

    package let name: String
    package let comparison: Comparison
    package let value: String

    /// The matcher as PromQL writes it.
    package var promQL: String { "\(name)\(comparison.rawValue)\"\(PromQL.escape(value))\"" }

    /// Reads matchers separated by commas, as they stand between the braces of a selector.
    ///
    /// `job` and `instance` are refused: the pack sets them itself.
    package static func parse(_ text: String) throws(PackOptionsError) -> [LabelMatcher] {
        var parser = LabelMatcherParser(text)
        return try parser.matchers()
    }
}

/// Reads `name op "value"` one after the other; the grammar of PromQL without its single quotes and backticks.
private struct LabelMatcherParser {
    private let text: [Unicode.Scalar]
    private var position = 0

    init(_ text: String) { self.text = Array(text.unicodeScalars) }

    mutating func matchers() throws(PackOptionsError) -> [LabelMatcher] {
        var found: [LabelMatcher] = []
        skipBlanks()
        while position < text.count {
            found.append(try matcher())
            skipBlanks()
            guard position < text.count else { break }
            guard text[position] == "," else { throw failure("expected ',' before '\(rest)'") }
            position += 1
            skipBlanks()
        }
        return found
    }

    private mutating func matcher() throws(PackOptionsError) -> LabelMatcher {
        let name = readName()
        guard !name.isEmpty else { throw failure("expected a label name at '\(rest)'") }
        guard name != "job", name != "instance" else { throw failure("'\(name)' is set by the generated files") }
        skipBlanks()
        // The two-character operators come first, since '=' begins '=~'.
        let comparisons: [LabelMatcher.Comparison] = [.notEqual, .matches, .matchesNot, .equal]
        guard let comparison = comparisons.first(where: { starts(with: $0.rawValue) }) else {
            throw failure("expected =, !=, =~ or !~ after '\(name)'")
        }
        position += comparison.rawValue.unicodeScalars.count
        skipBlanks()
        return LabelMatcher(name: name, comparison: comparison, value: try readQuoted(after: name))
    }

    private mutating func readName() -> String {
        var name = ""
        while position < text.count, text[position].isASCII,
            Validation.isWordByte(UInt8(truncatingIfNeeded: text[position].value)),
            !(name.isEmpty && ("0"..."9").contains(text[position]))
        {
            name.unicodeScalars.append(text[position])
            position += 1
        }
        return name
    }

    private mutating func readQuoted(after name: String) throws(PackOptionsError) -> String {
        guard position < text.count, text[position] == "\"" else {
            throw failure("expected a value in double quotes after '\(name)'")
        }
        position += 1
        var value = ""
        while position < text.count, text[position] != "\"" {
            if text[position] == "\\" {
                position += 1
                guard position < text.count else { break }
                switch text[position] {
                case "\\", "\"": value.unicodeScalars.append(text[position])
                case "n": value.unicodeScalars.append("\n")
                default: throw failure("'\\\(text[position])' is not an escape; write \\\\ for a backslash")
                }
            } else {
                value.unicodeScalars.append(text[position])
            }
            position += 1
        }
        guard position < text.count else { throw failure("the value of '\(name)' has no closing quote") }
        position += 1
        return value
    }

    private mutating func skipBlanks() {
        while position < text.count, text[position] == " " { position += 1 }
    }

    private func starts(with word: String) -> Bool {
        text[position...].starts(with: word.unicodeScalars)
    }

    private var rest: String {
        var tail = String.UnicodeScalarView()
        tail.append(contentsOf: text[min(position, text.count)...])
        return String(tail)
    }

    private func failure(_ problem: String) -> PackOptionsError {
        PackOptionsError(option: "label selector", problem: problem)
    }
}
