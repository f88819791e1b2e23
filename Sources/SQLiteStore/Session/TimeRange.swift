import Sweeping

/// Which values of a timestamp column may lie before a cutoff, in terms that an index on the column can serve.
///
/// Text sorts like the instants only while every row has the same form. No offset is larger than a day, so an instant before the
/// cutoff stands in the column under the date of the day after the cutoff's at the latest; the range ends where that date does,
/// and the rules read every value exactly afterwards.
enum TimeRange {
    /// The parts of a scan: values that may be too old, then values that sort behind every time and so can't be read.
    static func parts(of column: String, before cutoff: Timestamp, read reader: TimeReader, index: IndexShape?)
        -> [RowScan.Part]
    {
        guard let index else { return [.whole] }
        let name = "row.\(quoted(column)) COLLATE BINARY"
        func part(_ condition: String, _ arguments: Value...) -> RowScan.Part {
            .range(column: column, condition: condition, arguments: arguments, index: index)
        }
        switch reader.format {
        case .text:
            // Behind the cutoff, plain text is in order and too young; only other forms need a look. Where the range ends is a
            // date alone: `T` sorts behind a space, so a time of day there would cut off rows of its own day.
            // The range holds numbers too: they sort before all text.
            let maybeOld = "\(name) < ? AND (\(name) < ? OR substr(row.\(quoted(column)), 11) GLOB '*[-+TtZz]*')"
            return [
                part(maybeOld, Value(date(cutoff + .days(2))), Value(plainText(cutoff, in: reader.zone))),
                part("\(name) >= ?", Value(beyondDates(cutoff))),
            ]
        case .unix(let unit):
            // Numbers sort before all text, of which such a column has hardly any.
            let latest = (reader.now + .days(1)).microseconds / unit.microseconds
            return [
                part("\(name) < ?", .integer(cutoff.microseconds / unit.microseconds + 1)),
                part("\(name) >= ? AND \(name) < ''", .integer(latest)), part("\(name) >= ''"),
            ]
        }
    }

    /// The form that sorts right among `YYYY-MM-DD HH:MM:SS[.ffffff]`, and behind what the zone's clock showed at any moment before: a
    /// clock that was set back had shown as much already.
    static func plainText(_ instant: Timestamp, in zone: TimeZoneRules) -> String {
        let civil = zone.local(instant + zone.largestSetBack)
        return day(civil)
            + " \(padded(civil.hour, 2)):\(padded(civil.minute, 2)):\(padded(civil.second, 2))"
            + ".\(padded(civil.microsecond, 6))"
    }

    private static func date(_ instant: Timestamp) -> String { day(CivilDate(instant)) }

    private static func day(_ civil: CivilDate) -> String {
        "\(padded(civil.year, 4))-\(padded(civil.month, 2))-\(padded(civil.day, 2))"
    }

    /// What sorts behind this is no date that anybody's clock shows: words, dates written day first, and bytes. The hyphen keeps
    /// SQLite from reading the bound as a number.
    private static func beyondDates(_ cutoff: Timestamp) -> String {
        "\(padded(min(CivilDate(cutoff).year + 50, 9999), 4))-"
    }
}
