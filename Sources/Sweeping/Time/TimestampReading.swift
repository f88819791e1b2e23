/// A date and a time of day as an application writes them: the fields, and the offset where the text carries one.
///
/// Understood are `2025-08-30 07:01:07.123456`, without the fraction, the seconds or the time of day, with `T` for the space, and with
/// `Z` or an offset at the end (`+02:00`, `+0200`, `+02`). Digits behind the sixth decimal are cut off, which can't turn "before a
/// cutoff" into "not before" or back, because cutoffs have whole microseconds.
package struct WrittenTime: Hashable, Sendable {
    package var civil: CivilDate
    /// Seconds ahead of UTC; nil where the text doesn't say.
    package var offset: Int?
}

extension WrittenTime {
    /// No longer text is a time, which bounds what a reader looks at.
    package static let longest = 64

    /// Nil for everything else: a value that can't be read is never old. The text is what its bytes are: a NUL behind a date makes it
    /// another text.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count <= WrittenTime.longest else { return nil }
        let read = bytes.withContiguousStorageIfAvailable { bytes in
            var scanner = TimestampScanner(bytes: bytes)
            return scanner.writtenTime()
        }
        guard let written = read ?? WrittenTime(Array(bytes)) else { return nil }
        self = written
    }

    package init?(_ text: String) {
        self.init(text.utf8)
    }

    /// The moment; a time without an offset is what the clock of `zone` showed.
    package func instant(in zone: TimeZoneRules) -> Timestamp {
        offset.map { civil.asUTC - .seconds($0) } ?? zone.instant(ofLocal: civil)
    }
}

extension Timestamp {
    /// The moment that a text says, in UTC where it carries no offset; nil where it says none.
    package init?(reading text: String) {
        guard let written = WrittenTime(text) else { return nil }
        self = written.instant(in: .utc)
    }
}

/// Reads one timestamp from ASCII bytes; each function returns nil where the text isn't what it must be.
private struct TimestampScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0

    mutating func writtenTime() -> WrittenTime? {
        guard let year = number(digits: 4), skip("-"), let month = number(digits: 2), skip("-"),
            let day = number(digits: 2)
        else { return nil }
        if position == bytes.count {
            return CivilDate(year: year, month: month, day: day).map { WrittenTime(civil: $0, offset: nil) }
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
        var offset: Int?
        if position < bytes.count {
            guard let written = self.offset() else { return nil }
            offset = written
        }
        guard position == bytes.count,
            let civil = CivilDate(
                year: year, month: month, day: day, hour: hour, minute: minute, second: second,
                microsecond: microsecond)
        else { return nil }
        return WrittenTime(civil: civil, offset: offset)
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

    /// Seconds ahead of UTC.
    private mutating func offset() -> Int? {
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
