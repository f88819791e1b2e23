import Sweeping

/// How a column writes its instants as text; what jobsweep writes into it looks the same.
struct TimestampStyle: Hashable, Sendable {
    enum Zone: Hashable, Sendable {
        /// No mark: whatever zone the application is in.
        case none
        /// `Z` or `z`.
        case letter(Character)
        /// An offset in seconds east of UTC.
        case offset(seconds: Int, form: OffsetForm, spaced: Bool)
    }

    enum OffsetForm: Hashable, Sendable {
        /// `+02:00`
        case colon
        /// `+0200`
        case compact
        /// `+02`
        case hours
    }

    enum Precision: Hashable, Sendable {
        /// The date alone.
        case days
        case minutes
        /// The seconds, with so many decimals.
        case seconds(decimals: Int)
    }

    /// More decimals than anybody's clock has.
    private static let mostDecimals = 9

    var separator: Character = " "
    /// What stands before the decimals.
    var point: Character = "."
    var precision = Precision.seconds(decimals: 6)
    var zone = Zone.none

    init() {}

    /// The style of a value; nil for one that can't be read.
    init?(of text: String) {
        let characters = Array(text)
        guard WrittenTime(text) != nil else { return nil }
        guard characters.count > 10 else {
            precision = .days
            return
        }
        separator = characters[10]
        var rest = characters[16...]
        precision = .minutes
        if rest.first == ":" {
            rest = rest.dropFirst(3)
            var decimals = 0
            if let first = rest.first, first == "." || first == "," {
                point = first
                let digits = rest.dropFirst().prefix(while: \.isNumber)
                decimals = min(digits.count, TimestampStyle.mostDecimals)
                rest = rest.dropFirst(1 + digits.count)
            }
            precision = .seconds(decimals: decimals)
        }
        zone = TimestampStyle.zone(rest)
    }

    private static func zone(_ rest: ArraySlice<Character>) -> Zone {
        let spaced = rest.first == " "
        let mark = rest.drop { $0 == " " }
        switch mark.first {
        case "Z", "z": return .letter(mark[mark.startIndex])
        case "+", "-":
            let digits = String(mark.filter(\.isNumber))
            let minutes = (Int(digits.prefix(2)) ?? 0) * 60 + (Int(digits.dropFirst(2)) ?? 0)
            let form: OffsetForm = digits.count == 2 ? .hours : mark.contains(":") ? .colon : .compact
            return .offset(seconds: (mark.first == "-" ? -minutes : minutes) * 60, form: form, spaced: spaced)
        default: return .none
        }
    }

    /// The instant in this style; digits that the style has no room for are cut off.
    /// - Parameter local: the zone of times without a mark.
    func text(_ instant: Timestamp, in local: TimeZoneRules) -> String {
        var mark = ""
        let date: CivilDate
        switch zone {
        case .none: date = local.local(instant)
        case .letter(let letter):
            date = CivilDate(instant)
            mark = String(letter)
        case .offset(let seconds, let form, let spaced):
            date = CivilDate(instant + .seconds(seconds))
            let minutes = abs(seconds) / 60
            mark = (spaced ? " " : "") + (seconds < 0 ? "-" : "+") + padded(minutes / 60, 2)
            switch form {
            case .colon: mark += ":" + padded(minutes % 60, 2)
            case .compact: mark += padded(minutes % 60, 2)
            case .hours: break
            }
        }
        let day = "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
        let minute = "\(separator)\(padded(date.hour, 2)):\(padded(date.minute, 2))"
        switch precision {
        case .days: return day
        case .minutes: return day + minute + mark
        case .seconds(let decimals):
            let fraction = decimals == 0 ? "" : "\(point)" + (padded(date.microsecond, 6) + "000").prefix(decimals)
            return "\(day)\(minute):\(padded(date.second, 2))\(fraction)\(mark)"
        }
    }
}
