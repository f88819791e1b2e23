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

    /// The same text with the letters A to Z in lower case, which is all that databases agree on; any other value is itself.
    package var folded: Value {
        guard case .text(let bytes) = self else { return self }
        return .text(bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
    }

    /// The value for a person and for reports; ids may be numbers.
    package var displayText: String {
        switch self {
        case .null: ""
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .text(let bytes): String(decoding: bytes, as: UTF8.self)
        case .blob(let bytes): "x'" + bytes.map(hexadecimal).joined() + "'"
        }
    }
}

extension Value: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) {
        self.init(text)
    }
}

extension StoredTime {
    /// Only text is a time here: a number could be anything.
    package init(_ value: Value) {
        switch value {
        case .null: self = .null
        case .text(let bytes):
            self = WrittenTime(bytes).map { .at($0.instant(in: .utc)) } ?? .unreadable
        case .integer, .real, .blob: self = .unreadable
        }
    }
}

private func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
}
