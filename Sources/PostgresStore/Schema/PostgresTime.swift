import Sweeping

/// Times as PostgreSQL has them: microseconds since 2000, or days; the ends of the range mean infinity.
enum PostgresTime {
    enum Kind: Sendable, Equatable {
        /// `timestamp with time zone`
        case zoned
        /// `timestamp`: what the application's clock showed.
        case plain
        case date
    }

    /// 2000-01-01T00:00:00Z, in microseconds since 1970.
    fileprivate static let epoch: Int64 = 946_684_800_000_000
    /// After so many years the calendar begins anew.
    fileprivate static let cycle = (years: 400, days: Int64(146_097))
    /// No time has more letters.
    static let longest = 64
    fileprivate static let day: Int64 = 86_400_000_000
    /// From 0001-01-01 to 9999-12-31, in microseconds since 2000: years of four digits.
    fileprivate static let plainYears = -730_119 * day..<2_921_940 * day
}

extension PostgresTime.Kind {
    var name: String {
        switch self {
        case .zoned: "timestamptz"
        case .plain: "timestamp"
        case .date: "date"
        }
    }

    /// What the domain reads: text such as applications write. Minus infinity, like anything before the year 1, means *unset*; infinity
    /// is no date.
    func value(_ number: Int64) -> Value {
        guard let isInfinite = isInfinite(number) else {
            let letters = letters(number)
            return letters.last == UInt8(ascii: "C") ? .null : .text(letters)
        }
        return isInfinite > 0 ? Value("infinity") : .null
    }

    /// As a statement takes it back.
    func letters(_ number: Int64) -> [UInt8] {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: PostgresTime.longest) { letters in
            Array(letters[..<write(number, to: letters)])
        }
    }

    /// Writes the same.
    /// - Parameter letters: with room for `PostgresTime.longest`.
    /// - Returns: how many they are.
    func write(_ number: Int64, to letters: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let days = PostgresTime.plainYears.upperBound / PostgresTime.day
        guard self != .date || abs(number) < days,
            case let microseconds = self == .date ? number * PostgresTime.day : number,
            PostgresTime.plainYears.contains(microseconds)
        else { return letters.initialize(fromContentsOf: text(number).utf8) }
        let civil = CivilDate(Timestamp(microseconds: microseconds + PostgresTime.epoch))
        var count = 0
        func put(_ number: Int, _ digits: Int, _ end: Unicode.Scalar? = nil) {
            var rest = number
            for place in stride(from: count + digits - 1, through: count, by: -1) {
                letters.initializeElement(at: place, to: UInt8(ascii: "0") + UInt8(rest % 10))
                rest /= 10
            }
            count += digits
            if let end {
                letters.initializeElement(at: count, to: UInt8(ascii: end))
                count += 1
            }
        }
        put(civil.year, 4, "-")
        put(civil.month, 2, "-")
        guard self != .date else {
            put(civil.day, 2)
            return count
        }
        put(civil.day, 2, " ")
        put(civil.hour, 2, ":")
        put(civil.minute, 2, ":")
        put(civil.second, 2, ".")
        put(civil.microsecond, 6, self == .zoned ? "+" : nil)
        if self == .zoned { put(0, 2) }
        return count
    }

    /// The same for any value there is.
    private func text(_ number: Int64) -> String {
        if let isInfinite = isInfinite(number) { return isInfinite > 0 ? "infinity" : "-infinity" }
        var microseconds = number
        // Dates reach further than microseconds can count, and the last centuries of times lie beyond those since 1970.
        var years = 0
        if self == .date {
            let cycles = number.dividedDown(by: PostgresTime.cycle.days)
            microseconds = (number - cycles * PostgresTime.cycle.days) * PostgresTime.day
            years = Int(cycles) * PostgresTime.cycle.years
        } else if microseconds > .max - PostgresTime.epoch {
            microseconds -= PostgresTime.cycle.days * PostgresTime.day
            years = PostgresTime.cycle.years
        }
        let civil = CivilDate(Timestamp(microseconds: microseconds + PostgresTime.epoch))
        let year = civil.year + years
        let era = year < 1 ? " BC" : ""
        let date = "\(padded(year < 1 ? 1 - year : year, 4))-\(padded(civil.month, 2))-\(padded(civil.day, 2))"
        guard self != .date else { return date + era }
        return date + " \(padded(civil.hour, 2)):\(padded(civil.minute, 2)):\(padded(civil.second, 2))"
            + ".\(padded(civil.microsecond, 6))" + (self == .zoned ? "+00" : "") + era
    }

    /// An instant as a column of this kind has it.
    /// - Parameter zone: the clock that plain times are from.
    func text(_ instant: Timestamp, in zone: TimeZoneRules) -> String {
        let civil = self == .zoned ? CivilDate(instant) : zone.local(instant)
        let date = "\(padded(civil.year, 4))-\(padded(civil.month, 2))-\(padded(civil.day, 2))"
        guard self != .date else { return date }
        return date + " \(padded(civil.hour, 2)):\(padded(civil.minute, 2)):\(padded(civil.second, 2))"
            + ".\(padded(civil.microsecond, 6))" + (self == .zoned ? "+00" : "")
    }

    private func isInfinite(_ number: Int64) -> Int? {
        let (least, most) = self == .date ? (Int64(Int32.min), Int64(Int32.max)) : (Int64.min, Int64.max)
        return number == most ? 1 : number == least ? -1 : nil
    }
}
