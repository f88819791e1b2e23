import GRDB
import Sweeping

/// Some of a column's values, the newest first as far as that can be had, and what they tell of all of them.
struct ColumnSamples: Sendable {
    /// How many values are taken of each kind.
    private static let most = 50
    /// How many rows are looked at, at either end of a table, where no index leads to the column.
    private static let rows = 5_000

    let values: [Value]
    let reader: TimeReader
    /// What most of the values look like; nil where none is a time.
    let style: TimeStyle?

    init(values: [Value], zone: TimeZoneRules, now: Timestamp) {
        self.values = values
        reader = TimeReader(settledBy: values, zone: zone, now: now)
        var votes: [TimeStyle: Int] = [:]
        var order: [TimeStyle] = []
        for value in values {
            guard let style = TimeStyle(of: value, read: reader) else { continue }
            if votes[style] == nil { order.append(style) }
            votes[style, default: 0] += 1
        }
        let most = votes.values.max()
        style = order.first { votes[$0] == most }
    }

    /// The newest of the times that carry no offset, and that a clock of this day shows somewhere.
    var newestWithoutOffset: Timestamp? {
        values.compactMap { value in
            guard case .text(let bytes) = value, let written = WrittenTime(bytes), written.offset == nil,
                case .at(let instant) = reader.time(value), instant < reader.now + .days(1)
            else { return nil }
            return instant
        }.max()
    }

    /// The newest and the oldest values of each kind. An index gives them at once; without one, the rows at both ends of the table stand
    /// for all. Either way a bounded number of rows is looked at, for no longer than anything is read at a stretch: a large row has to be
    /// read up to the column.
    static func read(
        _ column: String, of table: TableShape, form: TextForm, within longest: Duration, in database: Database
    )
        throws -> [Value]
    {
        var values: [Value] = []
        let sql = query(column, of: table, form: form)
        let begun = MonotonicTime.now()
        do {
            // So often that large rows come one between two questions.
            try StopHandler(every: 20) {
                // So many values are worth some patience: with fewer, nobody knows how the column holds its times.
                MonotonicTime.now() - begun >= (values.count < most ? longest * 10 : longest)
            }.guarding(database) {
                try BoundStatement(cached: sql, in: database).forEach { row in
                    values.append(form.plain(form.value(row, at: 0)))
                    return true
                }
            }
        } catch let error as DatabaseError
            where error.resultCode == .SQLITE_INTERRUPT && MonotonicTime.now() - begun >= longest
        {
            // What was seen so far will do.
        }
        return values
    }

    /// Values from where an index has the oldest times; none without one.
    static func oldest(_ column: String, of table: TableShape, form: TextForm, in database: Database) throws -> [Value]
    {
        guard let index = table.index(leading: column) else { return [] }
        let name = "row.\(quoted(column))"
        let sql =
            "SELECT \(form.reading(name)) FROM \(quoted(table.name)) AS row INDEXED BY \(quoted(index.name))"
            + " WHERE \(name) COLLATE BINARY > '' ORDER BY \(name) COLLATE BINARY LIMIT \(most)"
        var values: [Value] = []
        try BoundStatement(cached: sql, in: database).forEach { row in
            values.append(form.plain(form.value(row, at: 0)))
            return true
        }
        return values
    }

    private static func query(_ column: String, of table: TableShape, form: TextForm) -> String {
        let name = "row.\(quoted(column))"
        let (what, from) = (form.reading(name), "FROM \(quoted(table.name)) AS row")
        if let index = table.index(leading: column) {
            let sorted = "\(name) COLLATE BINARY"
            let parts = [
                // Words sort behind dates.
                "\(sorted) >= '' AND \(sorted) < 'A' ORDER BY \(sorted) DESC",
                "\(sorted) < '' ORDER BY \(sorted) DESC", "\(sorted) > 0 AND \(sorted) < '' ORDER BY \(sorted)",
                "\(sorted) >= 'A' ORDER BY \(sorted)",
            ].map { "SELECT \(what) \(from) INDEXED BY \(quoted(index.name)) WHERE \($0) LIMIT \(most)" }
            return joined(parts)
        }
        func ordered(_ order: String) -> String {
            table.locator.names(of: "row.").map { "\($0) \(order)" }.joined(separator: ", ")
        }
        return joined(
            ["DESC", "ASC"].map { order in
                """
                SELECT \(what) FROM (SELECT \(name) \(from) ORDER BY \(ordered(order)) LIMIT \(rows)) AS row
                WHERE \(name) IS NOT NULL LIMIT \(most)
                """
            })
    }

    private static func joined(_ parts: [String]) -> String {
        parts.map { "SELECT * FROM (\($0))" }.joined(separator: " UNION ALL ")
    }
}
