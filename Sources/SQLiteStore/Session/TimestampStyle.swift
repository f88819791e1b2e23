import GRDB
import Sweeping

/// How a column writes its instants; what jobsweep writes into it looks the same.
struct TimestampStyle: Hashable, Sendable {
    enum Zone: Hashable, Sendable {
        /// No mark: UTC.
        case none
        /// `Z`.
        case letter
        /// An offset in seconds east of UTC, with the colon between hours and minutes or without.
        case offset(seconds: Int, colon: Bool)
    }

    var separator: Character = " "
    /// How many decimals the seconds have.
    var decimals = 6
    var zone = Zone.none

    init() {}

    /// The style of a value; nil for one that can't be read.
    init?(of text: String) {
        guard Timestamp(reading: text) != nil, text.utf8.count >= 19 else { return nil }
        let characters = Array(text)
        separator = characters[10]
        let rest = characters[19...]
        let fraction = rest.first == "." || rest.first == "," ? rest.dropFirst().prefix(while: \.isNumber) : []
        decimals = min(fraction.count, 6)
        let mark = String(rest.dropFirst(fraction.isEmpty ? 0 : fraction.count + 1).drop { $0 == " " })
        switch mark.first {
        case "Z", "z": zone = .letter
        case "+", "-":
            let digits = mark.dropFirst().filter(\.isNumber)
            let hours = Int(digits.prefix(2)) ?? 0
            let minutes = Int(digits.dropFirst(2)) ?? 0
            let size = (hours * 60 + minutes) * 60
            zone = .offset(seconds: mark.first == "-" ? -size : size, colon: mark.contains(":"))
        default: zone = .none
        }
    }

    /// The instant in this style; digits that the style has no room for are cut off.
    func text(_ instant: Timestamp) -> String {
        var mark = ""
        var local = instant
        switch zone {
        case .none: break
        case .letter: mark = "Z"
        case .offset(let seconds, let colon):
            local = instant + .seconds(seconds)
            let size = abs(seconds) / 60
            mark = (seconds < 0 ? "-" : "+") + padded(size / 60, 2) + (colon ? ":" : "") + padded(size % 60, 2)
        }
        let date = CivilDate(local)
        let fraction = decimals == 0 ? "" : "." + padded(date.microsecond, 6).prefix(decimals)
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
