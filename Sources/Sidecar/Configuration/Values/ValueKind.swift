import CivilTime
/// How a setting's values are read, bounded and written.
struct ValueKind<Value: Sendable & Equatable>: Sendable {
    /// What is wanted, as messages and the documentation say it: `a duration such as 30d`.
    let wants: String
    /// Reads a value; the problem that it throws repeats what was written.
    let read: @Sendable (RawScalar, ReadingContext) throws(ValueProblem) -> Value
    /// The value as YAML, which `read` takes again.
    let text: @Sendable (Value) -> String

    init(
        wants: String, read: @escaping @Sendable (RawScalar, ReadingContext) throws(ValueProblem) -> Value,
        text: @escaping @Sendable (Value) -> String
    ) {
        self.wants = wants
        self.read = read
        self.text = text
    }
}

/// What reading a value may depend on besides its text.
struct ReadingContext: Sendable {
    /// What relative paths start from.
    let workingDirectory: String
}

extension ValueKind where Value == Bool {
    static let boolean = ValueKind(wants: "true or false") { scalar, _ throws(ValueProblem) in
        switch scalar.text {
        // YAML 1.1's other words (yes, on, ...) are refused: half of all parsers read them as text.
        case "true" where scalar.form != .text, "True" where scalar.form != .text, "TRUE" where scalar.form != .text:
            return true
        case "false" where scalar.form != .text, "False" where scalar.form != .text, "FALSE" where scalar.form != .text:
            return false
        case "true", "false": throw ValueProblem("\(ValueProblem.quoted(scalar.text)) is text; write it without quotes")
        default: throw ValueProblem("\(ValueProblem.quoted(scalar.text)) is neither true nor false")
        }
    } text: {
        $0 ? "true" : "false"
    }
}

extension ValueKind where Value == Int {
    /// A whole number.
    static func integer(_ range: ClosedRange<Int>) -> ValueKind {
        ValueKind(wants: "a whole number from \(range.lowerBound) to \(range.upperBound)") {
            scalar, _ throws(ValueProblem) in
            let quoted = ValueProblem.quoted(scalar.text)
            // Decimal digits only: 0100 is 64 to YAML 1.1 and 100 to YAML 1.2.
            guard scalar.form != .text, let value = Int(scalar.text), "\(value)" == scalar.text else {
                throw ValueProblem("\(quoted) is not a whole number")
            }
            guard range.contains(value) else {
                throw ValueProblem(
                    "\(quoted) is out of range; it must be from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        } text: {
            "\($0)"
        }
    }

    /// A size in bytes.
    static func bytes(_ range: ClosedRange<Int>) -> ValueKind {
        ValueKind(wants: "a size such as 64MiB") { scalar, _ throws(ValueProblem) in
            let value = try ByteSizeText.parse(scalar.text)
            guard range.contains(value) else {
                throw ValueProblem(
                    "\(ValueProblem.quoted(scalar.text)) is out of range; it must be from \(ByteSizeText.print(range.lowerBound)) "
                        + "to \(ByteSizeText.print(range.upperBound))")
            }
            return value
        } text: {
            ByteSizeText.print($0)
        }
    }
}

extension ValueKind where Value == Duration {
    /// A duration.
    /// - Parameter reason: goes behind a message about one that is too short.
    static func duration(_ range: ClosedRange<Duration>, such example: String = "5m", reason: String = "") -> ValueKind
    {
        ValueKind(wants: "a duration such as \(example)") { scalar, _ throws(ValueProblem) in
            let value = try DurationText.parse(scalar.text)
            let quoted = ValueProblem.quoted(scalar.text)
            guard value >= range.lowerBound else {
                throw ValueProblem(
                    "\(quoted) is too short; it must be at least \(range.lowerBound.prometheusText)\(reason)")
            }
            guard value <= range.upperBound else {
                throw ValueProblem("\(quoted) is too long; it must be at most \(range.upperBound.prometheusText)")
            }
            return value
        } text: {
            $0.prometheusText
        }
    }
}

extension ValueKind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of an enumeration's words.
    static var word: ValueKind {
        let words = Value.allCases.map(\.rawValue)
        let list = words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
        return ValueKind(wants: list) { scalar, _ throws(ValueProblem) in
            guard let value = Value(rawValue: scalar.text) else {
                let meant = Misspelling.nearest(to: scalar.text, among: words)
                throw ValueProblem(
                    "\(ValueProblem.quoted(scalar.text)) is unknown; "
                        + (meant.map { "did you mean '\($0)'?" } ?? "write \(list)"))
            }
            return value
        } text: {
            YAMLText.scalar($0.rawValue)
        }
    }
}
