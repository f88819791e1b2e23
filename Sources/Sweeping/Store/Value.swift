/// A value of a column, as the database has it.
///
/// Text is bytes: an application may have written some that isn't UTF-8, or that holds NUL, and such a value has to be compared and
/// guarded as what it is.
package enum Value: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    /// In UTF-8 where it is text at all.
    case text([UInt8])
    case blob([UInt8])

    package init(_ text: String) {
        self = .text(Array(text.utf8))
    }

    /// NULL for nil.
    package init(_ text: String?) {
        self = text.map { Value($0) } ?? .null
    }

    package var isNull: Bool { self == .null }

    /// The text, where it is one that Swift's strings can hold as it is.
    package var string: String? {
        guard case .text(let bytes) = self else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// A whole number, also where the database keeps it as a real.
    package var wholeNumber: Int? {
        switch self {
        case .integer(let number): Int(exactly: number)
        case .real(let number): Int(exactly: number)
        case .null, .text, .blob: nil
        }
    }

    /// So much of a text or of a blob is read, and a byte more where there is more: a longer value is cut, and no decision rests on it.
    package static let longest = 8_192
    /// How much of one that is cut is shown.
    private static let shown = 64

    /// Whether this is only the beginning of what the database has.
    package var isCut: Bool {
        switch self {
        case .null, .integer, .real: false
        case .text(let bytes), .blob(let bytes): bytes.count > Value.longest
        }
    }

    /// The same text with the letters A to Z in lower case, which is all that databases agree on; any other value is itself.
    package var folded: Value {
        guard case .text(let bytes) = self else { return self }
        return .text(bytes.map(lowerCase))
    }

    /// The value for a person and for reports; ids may be numbers.
    package var displayText: String {
        switch self {
        case .text(let bytes) where isCut: String(decoding: bytes.prefix(Value.shown), as: UTF8.self) + "…"
        case .blob(let bytes) where isCut: "x'" + bytes.prefix(Value.shown).map(hexadecimal).joined() + "…'"
        case .null: ""
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .text(let bytes): String(decoding: bytes, as: UTF8.self)
        case .blob(let bytes): "x'" + bytes.map(hexadecimal).joined() + "'"
        }
    }
}

extension Value {
    /// What Swift would write by itself takes a text byte by byte.
    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .integer(let number):
            hasher.combine(1)
            hasher.combine(number)
        case .real(let number):
            hasher.combine(2)
            hasher.combine(number)
        case .text(let bytes):
            hasher.combine(3)
            bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        case .blob(let bytes):
            hasher.combine(4)
            bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }
}

extension Value: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) {
        self.init(text)
    }
}

extension String {
    /// The same with the letters A to Z in lower case: what databases, and the applications that share them, agree on.
    package var folded: String { String(decoding: utf8.map(lowerCase), as: UTF8.self) }
}

private func lowerCase(_ letter: UInt8) -> UInt8 {
    (0x41...0x5A).contains(letter) ? letter | 0x20 : letter
}

private func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
}
