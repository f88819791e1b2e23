/// Reads JSON (RFC 8259) strictly and within bounds, whatever comes: a key that is there twice is refused, and depth and number of
/// values are counted before anything recurses, so that no text can use up the stack.
struct JSONReader {
    struct Limits: Sendable {
        var depth: Int
        var values: Int

        /// For what strangers send.
        static let request = Limits(depth: 16, values: 10_000)
        /// For what this program wrote.
        static let own = Limits(depth: 32, values: 1_000_000)
    }

    enum Problem: Error, Equatable {
        case notJSON
        case tooDeep(Int)
        case tooMany(Int)
        case twice(String)
    }

    private let bytes: [UInt8]
    private let limits: Limits
    private var index = 0
    private var values = 0

    static func read(_ bytes: [UInt8], _ limits: Limits) throws(Problem) -> JSONValue {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .notJSON }
        var reader = JSONReader(bytes, limits)
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.next == nil else { throw .notJSON }
        return value
    }

    private init(_ bytes: [UInt8], _ limits: Limits) {
        self.bytes = bytes
        self.limits = limits
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func value(depth: Int) throws(Problem) -> JSONValue {
        skipSpace()
        values += 1
        guard values <= limits.values else { throw .tooMany(limits.values) }
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(Problem) -> JSONValue {
        guard depth <= limits.depth else { throw .tooDeep(limits.depth) }
        var fields: [String: JSONValue] = [:]
        index += 1
        skipSpace()
        if take("}") { return .object(fields) }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw .notJSON }
            let name = try string()
            skipSpace()
            guard take(":") else { throw .notJSON }
            guard fields.updateValue(try value(depth: depth), forKey: name) == nil else { throw .twice(name) }
            skipSpace()
        } while take(",")
        guard take("}") else { throw .notJSON }
        return .object(fields)
    }

    private mutating func array(depth: Int) throws(Problem) -> JSONValue {
        guard depth <= limits.depth else { throw .tooDeep(limits.depth) }
        var items: [JSONValue] = []
        index += 1
        skipSpace()
        if take("]") { return .array(items) }
        repeat {
            items.append(try value(depth: depth))
            skipSpace()
        } while take(",")
        guard take("]") else { throw .notJSON }
        return .array(items)
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Problem) -> JSONValue {
        let end = index + word.utf8CodeUnitCount
        let isThere =
            end <= bytes.count
            && word.withUTF8Buffer { expected in bytes[index..<end].elementsEqual(expected) }
        guard isThere else { throw .notJSON }
        index = end
        return value
    }

    private mutating func number() throws(Problem) -> JSONValue {
        let start = index
        _ = take("-")
        if !take("0") { guard digits() else { throw .notJSON } }
        var isWhole = true
        if take(".") {
            isWhole = false
            guard digits() else { throw .notJSON }
        }
        if take("e") || take("E") {
            isWhole = false
            if !take("+") { _ = take("-") }
            guard digits() else { throw .notJSON }
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isWhole, let value = Int(text) { return .int(value) }
        guard let value = Double(text), value.isFinite else { throw .notJSON }
        return .double(value)
    }

    private mutating func digits() -> Bool {
        let start = index
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        return index > start
    }

    private mutating func string() throws(Problem) -> String {
        index += 1
        var text: [UInt8] = []
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += try escape()
            case 0..<0x20: throw .notJSON
            default: text.append(byte)
            }
        }
        throw .notJSON
    }

    private mutating func escape() throws(Problem) -> [UInt8] {
        guard let byte = next else { throw .notJSON }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xD800..<0xDC00).contains(code) {
                // The second half of a character that needs two.
                guard take("\\"), take("u") else { throw .notJSON }
                let low = try hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw .notJSON }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw .notJSON }
            return Array(String(scalar).utf8)
        default: throw .notJSON
        }
    }

    private mutating func hexadecimal() throws(Problem) -> UInt32 {
        guard index + 4 <= bytes.count else { throw .notJSON }
        let digits = bytes[index..<index + 4]
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw .notJSON }
        index += 4
        return value
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    /// Goes past this character if it is the next one.
    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let byte = next, UInt32(byte) == character.value else { return false }
        index += 1
        return true
    }
}
