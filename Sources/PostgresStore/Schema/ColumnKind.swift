import Sweeping

/// How the values of a column travel: what is read of them, and how a value is handed back.
enum ColumnKind: Sendable, Equatable {
    /// Text, whatever type says so.
    case text
    /// One of an enumeration's words.
    case word
    /// Whole numbers of at most eight bytes.
    case integer
    /// Numbers of any other kind, which come as text.
    case number
    case boolean
    case bytes
    case time(PostgresTime.Kind)
    /// 16 bytes, which come as 36 letters.
    case uuid
    /// Anything else: it comes as text, which says the same in other words.
    case other

    /// - Parameters:
    ///   - type: the number of the type, or of what a domain is made of.
    ///   - isEnumeration: whether that type has words.
    init(type: UInt32, isEnumeration: Bool) {
        self =
            switch type {
            case _ where isEnumeration: .word
            case 16: .boolean
            case 17: .bytes
            case 20, 21, 23: .integer
            case 18, 19, 25, 1042, 1043: .text
            case 700, 701, 1700, 26: .number
            case 1082: .time(.date)
            case 1114: .time(.plain)
            case 1184: .time(.zoned)
            case 2950: .uuid
            default: .other
            }
    }

    /// What is read of a column, bounded in length.
    func reading(_ column: String, whole: Bool = false) -> String {
        switch self {
        case .text, .other: whole ? "\(column)::text" : "left(\(column)::text, \(Value.longest + 1))"
        case .word, .number, .uuid: "\(column)::text"
        case .bytes: whole ? column : "substring(\(column) from 1 for \(Value.longest + 1))"
        case .integer, .boolean, .time: column
        }
    }

    /// The value as the domain has it.
    func value(_ bytes: UnsafeRawBufferPointer?) -> Value {
        guard let bytes else { return .null }
        switch self {
        case .text, .word, .uuid, .other: return .text(Array(bytes.prefix(Value.longest + 1)))
        case .bytes: return .blob(Array(bytes.prefix(Value.longest + 1)))
        case .integer, .boolean: return bigEndian(bytes).map(Value.integer) ?? .null
        case .number:
            let text = String(decoding: bytes, as: UTF8.self)
            return Int64(text).map(Value.integer) ?? Double(text).map(Value.real) ?? Value(text)
        case .time(let kind): return bigEndian(bytes).map { kind.value($0) } ?? .null
        }
    }

    /// The value as a statement takes it back, to the bit.
    func argument(_ bytes: UnsafeRawBufferPointer?) -> [UInt8]? {
        guard let bytes else { return nil }
        switch self {
        case .text, .word, .uuid, .other, .number: return Array(bytes)
        case .bytes:
            return Array("\\x".utf8) + bytes.flatMap { [hexadecimal[Int($0 >> 4)], hexadecimal[Int($0 & 15)]] }
        case .integer: return bigEndian(bytes).map { Array(String($0).utf8) }
        case .boolean: return Array((bytes[0] == 0 ? "false" : "true").utf8)
        case .time(let kind): return bigEndian(bytes).map { kind.letters($0) }
        }
    }
}

extension ColumnShape {
    /// How a value of the domain's is handed over; nil where the column can't have it.
    func argument(_ value: Value) -> [UInt8]? {
        switch (kind, value) {
        case (_, .null): nil
        case (.word, .text(let bytes)): words.contains(String(decoding: bytes, as: UTF8.self)) ? bytes : nil
        case (.text, .text(let bytes)), (.other, .text(let bytes)): bytes.contains(0) ? nil : bytes
        case (.uuid, .text(let bytes)): UUIDText.isOne(bytes) ? bytes : nil
        case (.integer, .integer(let number)), (.number, .integer(let number)): Array(String(number).utf8)
        case (.integer, .real(let number)): Int64(exactly: number).map { Array(String($0).utf8) }
        case (.number, .real(let number)): Array(String(number).utf8)
        case (.boolean, .integer(let number)) where number == 0 || number == 1: Array(String(number).utf8)
        case (.bytes, .blob(let bytes)):
            Array("\\x".utf8) + bytes.flatMap { [hexadecimal[Int($0 >> 4)], hexadecimal[Int($0 & 15)]] }
        default: nil
        }
    }
}

/// Five groups of hexadecimal digits, as PostgreSQL writes a uuid: anything else, though it read some, is no column's value.
enum UUIDText {
    static func isOne(_ bytes: [UInt8]) -> Bool {
        bytes.count == 36
            && bytes.enumerated().allSatisfy { place, byte in
                [8, 13, 18, 23].contains(place) ? byte == UInt8(ascii: "-") : hexadecimal.contains(byte)
            }
    }
}

private let hexadecimal = Array("0123456789abcdef".utf8)
