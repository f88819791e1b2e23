import Sweeping

/// Which values of a timestamp column may lie before a cutoff, in terms that an index on the column can serve.
///
/// Text sorts like the instants only while every row has the same form. No offset is larger than a day, so an instant before the
/// cutoff stands in the column under the date of the day after the cutoff's at the latest; the range ends where that date does,
/// and the rules read every value exactly afterwards.
enum TimeRange {
    /// The parts of a scan: values that may be too old, then values that sort behind every date and so can't be read.
    static func parts(of column: String, before cutoff: Timestamp, index: IndexShape?) -> [RowScan.Part] {
        guard let index else { return [.whole] }
        let name = "row.\(quoted(column))"
        let plainCutoff = plainText(cutoff)
        // Behind the cutoff, plain UTC text is in order and too young; only other forms need a look. Where the range ends is a
        // date alone: `T` sorts behind a space, so a time of day there would cut off rows of its own day.
        // The range holds numbers too: they sort before all text.
        let maybeOld = "\(name) < ? AND (\(name) < ? OR substr(\(name), 11) GLOB '*[-+TtZz]*')"
        return [
            .range(
                column: column, condition: maybeOld, arguments: [date(cutoff + .days(2)), plainCutoff],
                index: index),
            .range(column: column, condition: "\(name) >= ?", arguments: [beyondDates(cutoff)], index: index),
        ]
    }

    /// The form that sorts right among `YYYY-MM-DD HH:MM:SS[.ffffff]`.
    static func plainText(_ instant: Timestamp) -> String {
        let civil = CivilDate(instant)
        return date(instant)
            + " \(padded(civil.hour, 2)):\(padded(civil.minute, 2)):\(padded(civil.second, 2))"
            + ".\(padded(civil.microsecond, 6))"
    }

    private static func date(_ instant: Timestamp) -> String {
        let civil = CivilDate(instant)
        return "\(padded(civil.year, 4))-\(padded(civil.month, 2))-\(padded(civil.day, 2))"
    }

    /// What sorts behind this is no date that anybody's clock shows: words, dates written day first, and bytes. The hyphen keeps
    /// SQLite from reading the bound as a number.
    private static func beyondDates(_ cutoff: Timestamp) -> String {
        "\(padded(min(CivilDate(cutoff).year + 50, 9999), 4))-"
    }
}
