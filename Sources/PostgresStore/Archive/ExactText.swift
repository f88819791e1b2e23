import Sweeping

/// Values in the text that PostgreSQL writes for them and reads again to the bit, whatever the session's own settings are.
enum ExactText {
    /// What that text depends on.
    /// - Parameter isLocal: whether it ends with the transaction or its part, and not with the connection.
    static func settings(isLocal: Bool = true) -> Statement {
        let settings = [
            ("DateStyle", "ISO"), ("IntervalStyle", "postgres"), ("TimeZone", "UTC"), ("extra_float_digits", "3"),
            ("bytea_output", "hex"), ("lc_monetary", "C"), ("xmloption", "content"),
            ("array_nulls", "on"),
        ]
        let calls = settings.map { "set_config('\($0)', '\($1)', \(isLocal))" }
        return Statement("SELECT " + calls.joined(separator: ", "))
    }

    /// What the archive has of a value that came as text: what a page has of it, where that says all of it, so that rows that were put back
    /// are known again.
    static func value(_ bytes: UnsafeRawBufferPointer?, _ kind: ColumnKind) -> Value {
        guard let bytes else { return .null }
        let value: Value? =
            switch kind {
            case .integer: Int64(String(decoding: bytes, as: UTF8.self)).map(Value.integer)
            case .number: number(String(decoding: bytes, as: UTF8.self))
            case .boolean: bytes.count == 1 ? .integer(bytes[0] == UInt8(ascii: "t") ? 1 : 0) : nil
            case .bytes: blob(bytes)
            case .time(let kind): kind == .date ? nil : moment(bytes)
            case .text, .word, .uuid, .other: nil
            }
        return value ?? .text(Array(bytes))
    }

    /// Nil where digits would be lost: `1.50` isn't `1.5`.
    private static func number(_ text: String) -> Value? {
        if let number = Int64(text) { return String(number) == text ? .integer(number) : nil }
        return Double(text).flatMap { String($0) == text ? .real($0) : nil }
    }

    /// With all six digits of the second's fraction, of which PostgreSQL leaves out what is zero at the end.
    private static func moment(_ text: UnsafeRawBufferPointer) -> Value? {
        // 2026-01-01 00:00:00.5+00 BC
        guard let colon = text.lastIndex(of: UInt8(ascii: ":")), colon + 3 <= text.count else { return nil }
        var rest = colon + 3
        var digits = rest..<rest
        if rest < text.count, text[rest] == UInt8(ascii: ".") {
            rest += 1
            while rest < text.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[rest]) { rest += 1 }
            digits = colon + 4..<rest
        }
        guard digits.count <= 6 else { return nil }
        var moment: [UInt8] = []
        moment.reserveCapacity(text.count + 7)
        moment.append(contentsOf: text[..<(colon + 3)])
        moment.append(UInt8(ascii: "."))
        moment.append(contentsOf: text[digits])
        for _ in digits.count..<6 { moment.append(UInt8(ascii: "0")) }
        moment.append(contentsOf: text[rest...])
        return .text(moment)
    }

    /// As a statement takes it back.
    static func argument(_ value: Value) -> [UInt8]? {
        switch value {
        case .null: nil
        case .integer(let number): Array(String(number).utf8)
        case .real(let number): Array(String(number).utf8)
        case .text(let bytes): bytes
        case .blob(let bytes):
            Array("\\x".utf8) + bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        }
    }

    /// `\x00ff` in bytes.
    private static func blob(_ text: UnsafeRawBufferPointer) -> Value? {
        guard text.count >= 2, text.count % 2 == 0, text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x") else {
            return nil
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2 - 1)
        for place in stride(from: 2, to: text.count, by: 2) {
            guard let high = half(text[place]), let low = half(text[place + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return .blob(bytes)
    }

    private static func half(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

extension ColumnShape {
    /// What a page has of a value of the archive's: a page casts to text, which says the same in other words.
    func asRead(_ value: Value) -> Value {
        guard case .text(let bytes) = value else { return value }
        switch (kind, type) {
        case (.number, _): return bytes.withUnsafeBytes { kind.value($0) }
        case (_, "bpchar"): return .text(bytes.reversed().drop { $0 == UInt8(ascii: " ") }.reversed())
        case (_, "inet") where !bytes.contains(UInt8(ascii: "/")):
            return .text(bytes + (bytes.contains(UInt8(ascii: ":")) ? "/128" : "/32").utf8)
        default: return value
        }
    }
}

private let digits = Array("0123456789abcdef".utf8)
