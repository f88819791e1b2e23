/// Writes numbers, texts and values behind each other.
package struct ByteWriter {
    package var bytes: [UInt8] = []

    package init() {}

    package mutating func put(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    package mutating func put(_ number: Int) { put(UInt64(number)) }

    /// A number that may be negative: near zero it is short.
    package mutating func put(signed number: Int64) {
        put(UInt64(bitPattern: number << 1 ^ number >> 63))
    }

    package mutating func put(_ text: String) { put(Array(text.utf8)) }

    package mutating func put(_ content: [UInt8]) {
        put(content.count)
        bytes += content
    }

    /// Four bytes, the least first.
    package mutating func putFixed(_ number: UInt32) {
        for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    /// A text value.
    package mutating func put(text: UnsafeRawBufferPointer) {
        bytes.append(3)
        put(text.count)
        bytes.append(contentsOf: text)
    }

    /// A value of bytes.
    package mutating func put(blob: UnsafeRawBufferPointer) {
        bytes.append(4)
        put(blob.count)
        bytes.append(contentsOf: blob)
    }

    package mutating func put(_ value: Value) {
        switch value {
        case .null: bytes.append(0)
        case .integer(let number):
            bytes.append(1)
            put(signed: number)
        case .real(let number):
            bytes.append(2)
            for shift in stride(from: 0, to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: number.bitPattern >> UInt64(shift)))
            }
        case .text(let content): content.withUnsafeBytes { put(text: $0) }
        case .blob(let content): content.withUnsafeBytes { put(blob: $0) }
        }
    }
}

/// Reads what `ByteWriter` wrote. Whatever the bytes are, it ends with an error at worst.
package struct ByteReader {
    package struct Damage: Error {
        package init() {}
    }

    private let bytes: [UInt8]
    private var place: Int

    package init(_ bytes: [UInt8], at place: Int = 0) {
        self.bytes = bytes
        self.place = place
    }

    package var isAtEnd: Bool { place == bytes.count }

    package mutating func byte() throws(Damage) -> UInt8 {
        guard place < bytes.count else { throw Damage() }
        defer { place += 1 }
        return bytes[place]
    }

    package mutating func number() throws(Damage) -> UInt64 {
        var number: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            let byte = try byte()
            guard shift < 63 || byte <= 1 else { throw Damage() }
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
        }
        throw Damage()
    }

    /// A number of things that are still to come, each of at least a byte.
    package mutating func count() throws(Damage) -> Int {
        let number = try number()
        guard number <= UInt64(bytes.count - place) else { throw Damage() }
        return Int(number)
    }

    package mutating func signed() throws(Damage) -> Int64 {
        let number = try number()
        return Int64(bitPattern: number >> 1) ^ -Int64(number & 1)
    }

    package mutating func content() throws(Damage) -> [UInt8] {
        let count = try count()
        defer { place += count }
        return Array(bytes[place..<place + count])
    }

    package mutating func text() throws(Damage) -> String { String(decoding: try content(), as: UTF8.self) }

    package mutating func fixed() throws(Damage) -> UInt32 {
        var number: UInt32 = 0
        for shift in stride(from: UInt32(0), to: 32, by: 8) { number |= UInt32(try byte()) << shift }
        return number
    }

    package mutating func value() throws(Damage) -> Value {
        switch try byte() {
        case 0: return .null
        case 1: return .integer(try signed())
        case 2:
            var pattern: UInt64 = 0
            for shift in stride(from: UInt64(0), to: 64, by: 8) { pattern |= UInt64(try byte()) << shift }
            return .real(Double(bitPattern: pattern))
        case 3: return .text(try content())
        case 4: return .blob(try content())
        default: throw Damage()
        }
    }
}
