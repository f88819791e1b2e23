/// A value that a rule names, as somebody wrote it: `done`, `0`, `true`, or nothing.
package enum RuleValue: Sendable, Hashable {
    case null
    case flag(Bool)
    case number(String)
    case text(String)

    /// Everything in a database that is meant. An application keeps a flag as a number or as a word, and a number that was written in
    /// quotes as text: whoever writes `0` doesn't know which, and means either.
    package var meant: [Value] {
        switch self {
        case .null: [.null]
        case .flag(true): [.integer(1), .real(1), "1", "true", "t"]
        case .flag(false): [.integer(0), .real(0), "0", "false", "f"]
        case .number(let text), .text(let text): Value(text).twins
        }
    }

    /// As a person reads it.
    package var shown: String {
        switch self {
        case .null: "null"
        case .flag(let flag): flag ? "true" : "false"
        case .number(let text), .text(let text): text
        }
    }
}

extension Value {
    /// The value and what a database takes for the same number in another column's form: 12, 12.0 and '12'.
    package var twins: [Value] {
        switch self {
        case .text(let bytes):
            let text = String(decoding: bytes, as: UTF8.self)
            if let number = Int64(text), "\(number)".isSame(as: text) { return [self] + numbers(number) }
            guard let number = Double(text), number.isFinite, text.utf8.contains(where: { $0 == UInt8(ascii: ".") })
            else { return [self] }
            return [self, .real(number)]
        case .integer(let number): return [self, Value("\(number)")] + numbers(number).dropFirst()
        case .real(let number):
            guard let whole = Int64(exactly: number) else { return [self] }
            return [self, .integer(whole), Value("\(whole)")]
        case .null, .blob: return [self]
        }
    }

    private func numbers(_ number: Int64) -> [Value] {
        Double(exactly: number).map { [.integer(number), .real($0)] } ?? [.integer(number)]
    }
}

extension Value {
    /// In the order in which databases sort values: NULL, numbers, text by its bytes, other bytes.
    package func isBefore(_ other: Value) -> Bool {
        switch (self, other) {
        case (.integer(let left), .integer(let right)): left < right
        case (.text(let left), .text(let right)), (.blob(let left), .blob(let right)):
            left.lexicographicallyPrecedes(right)
        case (.integer, .real), (.real, .integer), (.real, .real): number < other.number
        default: rank < other.rank
        }
    }

    private var number: Double {
        switch self {
        case .integer(let number): Double(number)
        case .real(let number): number
        case .null, .text, .blob: 0
        }
    }

    private var rank: Int {
        switch self {
        case .null: 0
        case .integer, .real: 1
        case .text: 2
        case .blob: 3
        }
    }
}
