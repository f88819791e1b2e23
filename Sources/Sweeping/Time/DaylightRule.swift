/// The rule at the end of a zone's file, as POSIX writes it: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct DaylightRule {
    /// The years that a rule is unrolled for.
    private static let years = 1990...2100

    /// Seconds ahead of UTC in winter.
    let standard: Int
    private var summer: (offset: Int, begins: Day, ends: Day)?

    /// A day of the year, and the second of it, in local time, at which the clock is changed.
    private struct Day {
        enum Form {
            /// 1 to 365, the 29th of February never counted.
            case ofCommonYear(Int)
            /// 0 to 365, with it.
            case ofYear(Int)
            case weekday(Int, week: Int, month: Int)
        }

        var form: Form
        var second: Int
    }

    /// Nil when the text isn't such a rule.
    init?(_ text: String) {
        var scanner = DaylightScanner(Array(text.utf8))
        guard scanner.skipName(), let west = scanner.time() else { return nil }
        standard = -west
        guard !scanner.isAtEnd else { return }
        guard scanner.skipName() else { return nil }
        var offset = standard + 3600
        if !scanner.isAtEnd, scanner.peek != UInt8(ascii: ",") {
            guard let west = scanner.time() else { return nil }
            offset = -west
        }
        guard scanner.skip(","), let begins = Self.day(&scanner), scanner.skip(","), let ends = Self.day(&scanner),
            scanner.isAtEnd
        else { return nil }
        summer = (offset, begins, ends)
    }

    /// All changes of the clock that follow from the rule, in order.
    func transitions() -> [TimeZoneRules.Transition] {
        guard let summer else { return [] }
        var list: [TimeZoneRules.Transition] = []
        for year in Self.years {
            // Each change is told by the clock that it ends.
            list.append(.init(unixSeconds: moment(summer.begins, in: year) - Int64(standard), offset: summer.offset))
            list.append(.init(unixSeconds: moment(summer.ends, in: year) - Int64(summer.offset), offset: standard))
        }
        return list.sorted { $0.unixSeconds < $1.unixSeconds }
    }

    private func moment(_ day: Day, in year: Int) -> Int64 {
        Int64(daysSinceEpoch(day.form, in: year)) * 86_400 + Int64(day.second)
    }

    private func daysSinceEpoch(_ form: Day.Form, in year: Int) -> Int {
        switch form {
        case .ofYear(let day): return first(of: 1, in: year) + day
        case .ofCommonYear(let day):
            let isLeap = first(of: 3, in: year) - first(of: 2, in: year) == 29
            return first(of: 1, in: year) + day - 1 + (isLeap && day > 59 ? 1 : 0)
        case .weekday(let weekday, let week, let month):
            let start = first(of: month, in: year)
            let length = (month == 12 ? first(of: 1, in: year + 1) : first(of: month + 1, in: year)) - start
            // The first of January 1970 was a Thursday.
            let ahead = (weekday - (start + 4) % 7 + 7) % 7
            let day = ahead + 7 * (week - 1)
            return start + (day < length ? day : day - 7)
        }
    }

    private func first(of month: Int, in year: Int) -> Int {
        guard let date = CivilDate(year: year, month: month, day: 1) else { return 0 }
        return Int(date.asUTC.microseconds / 86_400_000_000)
    }

    private static func day(_ scanner: inout DaylightScanner) -> Day? {
        let form: Day.Form
        if scanner.skip("M") {
            guard let month = scanner.number(1...12), scanner.skip("."), let week = scanner.number(1...5),
                scanner.skip("."), let weekday = scanner.number(0...6)
            else { return nil }
            form = .weekday(weekday, week: week, month: month)
        } else if scanner.skip("J") {
            guard let day = scanner.number(1...365) else { return nil }
            form = .ofCommonYear(day)
        } else {
            guard let day = scanner.number(0...365) else { return nil }
            form = .ofYear(day)
        }
        guard scanner.skip("/") else { return Day(form: form, second: 7200) }
        return scanner.time().map { Day(form: form, second: $0) }
    }
}

/// Reads the words of a rule; each function returns nil, or false, where the text isn't what it must be.
private struct DaylightScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }
    var peek: UInt8? { isAtEnd ? nil : bytes[position] }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard peek.map({ UInt32($0) == character.value }) ?? false else { return false }
        position += 1
        return true
    }

    /// `CET`, or `<+0330>`.
    mutating func skipName() -> Bool {
        let start = position
        if skip("<") {
            while let byte = peek, byte != UInt8(ascii: ">") { position += 1 }
            return skip(">")
        }
        while let byte = peek, (0x41...0x5A).contains(byte & 0xDF) { position += 1 }
        return position > start
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int? {
        let start = position
        var value = 0
        while let byte = peek, (0x30...0x39).contains(byte), position - start < 4 {
            value = value * 10 + Int(byte) - 0x30
            position += 1
        }
        return position > start && range.contains(value) ? value : nil
    }

    /// `[+-]hh[:mm[:ss]]` in seconds; RFC 8536 lets it reach a week.
    mutating func time() -> Int? {
        let sign = skip("-") ? -1 : 1
        if sign == 1 { _ = skip("+") }
        guard var seconds = number(0...167).map({ $0 * 3600 }) else { return nil }
        for unit in [60, 1] where skip(":") {
            guard let part = number(0...59) else { return nil }
            seconds += part * unit
        }
        return sign * seconds
    }
}
