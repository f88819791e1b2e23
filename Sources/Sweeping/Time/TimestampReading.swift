extension Timestamp {
    /// Reads the forms in which applications write an instant as text: `2025-08-30 07:01:07.123456`, without the fraction,
    /// with `T` for the space, and with `Z` or an offset at the end (`+02:00`, `+0200`, `+02`). Without an offset it is UTC.
    ///
    /// Nil for everything else: a value that can't be read is never old. Digits behind the sixth decimal are cut off, which
    /// can't turn "before a cutoff" into "not before" or back, because cutoffs have whole microseconds.
    package init?(reading text: String) {
        var text = text
        let instant = text.withUTF8 { bytes -> Timestamp? in
            var scanner = TimestampScanner(bytes: bytes)
            return scanner.timestamp()
        }
        guard let instant else { return nil }
        self = instant
    }
}

/// Reads one timestamp from ASCII bytes; each function returns nil where the text isn't what it must be.
private struct TimestampScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0

    mutating func timestamp() -> Timestamp? {
        guard let year = number(digits: 4), skip("-"), let month = number(digits: 2), skip("-"),
            let day = number(digits: 2)
        else { return nil }
        if position == bytes.count {
            return CivilDate(year: year, month: month, day: day)?.asUTC
        }
        guard skip(" ") || skip("T") || skip("t"), let hour = number(digits: 2), skip(":"),
            let minute = number(digits: 2)
        else { return nil }
        var second = 0
        var microsecond = 0
        if skip(":") {
            guard let whole = number(digits: 2) else { return nil }
            second = whole
            if skip(".") || skip(",") {
                guard let fraction = fraction() else { return nil }
                microsecond = fraction
            }
        }
        guard let offset = offset(), position == bytes.count,
            let civil = CivilDate(
                year: year, month: month, day: day, hour: hour, minute: minute, second: second,
                microsecond: microsecond)
        else { return nil }
        return civil.asUTC - .seconds(offset)
    }

    private mutating func number(digits: Int) -> Int? {
        guard position + digits <= bytes.count else { return nil }
        var value = 0
        for index in position..<position + digits {
            let digit = Int(bytes[index]) - 0x30
            guard (0...9).contains(digit) else { return nil }
            value = value * 10 + digit
        }
        position += digits
        return value
    }

    /// The digits behind the decimal point as microseconds; nil when there is none.
    private mutating func fraction() -> Int? {
        let start = position
        var value = 0
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
            if position - start < 6 { value = value * 10 + Int(bytes[position]) - 0x30 }
            position += 1
        }
        guard position > start else { return nil }
        for _ in 0..<max(0, 6 - (position - start)) { value *= 10 }
        return value
    }

    /// Seconds east of UTC; 0 at the end of the text.
    private mutating func offset() -> Int? {
        if position == bytes.count { return 0 }
        if skip("Z") || skip("z") { return 0 }
        _ = skip(" ")
        let sign: Int
        if skip("+") {
            sign = 1
        } else if skip("-") {
            sign = -1
        } else {
            return nil
        }
        guard let hours = number(digits: 2), hours <= 23 else { return nil }
        if position == bytes.count { return sign * hours * 3600 }
        _ = skip(":")
        guard let minutes = number(digits: 2), minutes <= 59 else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
        position += 1
        return true
    }
}
