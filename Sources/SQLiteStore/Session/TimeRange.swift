import Sweeping

/// Which values of a timestamp column may lie before a cutoff, in terms that an index on the column can serve.
///
/// Text sorts like the instants only while every row has the same form, so the range is wider than the cutoff by a day (no offset
/// is larger), and the rules read every value exactly afterwards.
enum TimeRange {
    /// The parts of a scan: values that may be too old, then values that sort behind every date and so can't be read.
    static func parts(of column: String, before cutoff: Timestamp, index: IndexShape?) -> [RowScan.Part] {
        guard let index else { return [.whole] }
        let name = "row.\(quoted(column))"
        let plainCutoff = plainText(cutoff)
        // Between the cutoff and the day after it, plain UTC text is in order and too young; only other forms need a look.
        // The range holds numbers too: they sort before all text.
        let maybeOld = "\(name) < ? AND (\(name) < ? OR substr(\(name), 11) GLOB '*[-+TtZz]*')"
        return [
            .range(
                column: column, condition: maybeOld, arguments: [plainText(cutoff + .days(1)), plainCutoff],
                index: index),
            .range(column: column, condition: "\(name) >= ?", arguments: [beyondDates(cutoff)], index: index),
        ]
    }

    /// The form that sorts right among `YYYY-MM-DD HH:MM:SS[.ffffff]`.
    static func plainText(_ instant: Timestamp) -> String {
        let date = CivilDate(instant)
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
            + " \(padded(date.hour, 2)):\(padded(date.minute, 2)):\(padded(date.second, 2))"
            + ".\(padded(date.microsecond, 6))"
    }

    /// What sorts behind this is no date that anybody's clock shows: words, dates written day first, and bytes. The hyphen keeps
    /// SQLite from reading the bound as a number.
    private static func beyondDates(_ cutoff: Timestamp) -> String {
        "\(padded(min(CivilDate(cutoff).year + 50, 9999), 4))-"
    }
}
