import GRDB
import Sweeping

/// How a column writes its instants; what jobsweep writes into it looks the same.
struct TimestampStyle: Hashable, Sendable {
    enum Zone: Hashable, Sendable {
        /// No mark: UTC.
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

    /// More decimals than anybody's clock has.
    private static let mostDecimals = 9

    var separator: Character = " "
    /// What stands before the decimals.
    var point: Character = "."
    /// How many decimals the seconds have.
    var decimals = 6
    var zone = Zone.none

    init() {}

    /// The style of a value; nil for one that can't be read, or that has no seconds.
    init?(of text: String) {
        let characters = Array(text)
        guard Timestamp(reading: text) != nil, characters.count >= 19, characters[16] == ":" else { return nil }
        separator = characters[10]
        var rest = characters[19...]
        decimals = 0
        if let first = rest.first, first == "." || first == "," {
            point = first
            let digits = rest.dropFirst().prefix(while: \.isNumber)
            decimals = min(digits.count, TimestampStyle.mostDecimals)
            rest = rest.dropFirst(1 + digits.count)
        }
        let spaced = rest.first == " "
        let mark = rest.drop { $0 == " " }
        switch mark.first {
        case "Z", "z": zone = .letter(mark[mark.startIndex])
        case "+", "-":
            let digits = String(mark.filter(\.isNumber))
            let minutes = (Int(digits.prefix(2)) ?? 0) * 60 + (Int(digits.dropFirst(2)) ?? 0)
            let form: OffsetForm = digits.count == 2 ? .hours : mark.contains(":") ? .colon : .compact
            zone = .offset(seconds: (mark.first == "-" ? -minutes : minutes) * 60, form: form, spaced: spaced)
        default: zone = .none
        }
    }

    /// The instant in this style; digits that the style has no room for are cut off.
    func text(_ instant: Timestamp) -> String {
        var mark = ""
        var local = instant
        switch zone {
        case .none: break
        case .letter(let letter): mark = String(letter)
        case .offset(let seconds, let form, let spaced):
            local = instant + .seconds(seconds)
            let minutes = abs(seconds) / 60
            mark = (spaced ? " " : "") + (seconds < 0 ? "-" : "+") + padded(minutes / 60, 2)
            switch form {
            case .colon: mark += ":" + padded(minutes % 60, 2)
            case .compact: mark += padded(minutes % 60, 2)
            case .hours: break
            }
        }
        let date = CivilDate(local)
        let fraction = decimals == 0 ? "" : "\(point)" + (padded(date.microsecond, 6) + "000").prefix(decimals)
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))\(separator)"
            + "\(padded(date.hour, 2)):\(padded(date.minute, 2)):\(padded(date.second, 2))\(fraction)\(mark)"
    }

    /// The style that most of the column's latest values have. Nil when it holds none that can be read.
    static func used(by column: String, of table: TableShape, in database: Database) throws -> TimestampStyle? {
        let name = quoted(column)
        // Without an index the newest rows stand for the column; both ways look at a bounded number of rows.
        let sql =
            table.index(leading: column).map {
                """
                SELECT \(name) FROM \(quoted(table.name)) INDEXED BY \(quoted($0.name))
                WHERE \(name) < 'A' ORDER BY \(name) DESC LIMIT 50
                """
            } ?? """
                SELECT \(name) FROM (SELECT \(name) FROM \(quoted(table.name)) ORDER BY \(table.locator) DESC LIMIT 5000)
                WHERE \(name) IS NOT NULL LIMIT 50
                """
        var votes: [TimestampStyle: Int] = [:]
        var order: [TimestampStyle] = []
        for value in try DatabaseValue.fetchAll(database, sql: sql) {
            guard case .string(let text) = value.storage, let style = TimestampStyle(of: text) else { continue }
            if votes[style] == nil { order.append(style) }
            votes[style, default: 0] += 1
        }
        let most = votes.values.max()
        return order.first { votes[$0] == most }
    }
}
