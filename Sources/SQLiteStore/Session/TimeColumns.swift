import GRDB
import Sweeping
import Synchronization

/// How the columns of times hold them: found out once for a session and a column, from some of its values.
final class TimeColumns: Sendable {
    private struct Name: Hashable {
        let table: SQLName
        let column: SQLName

        init(_ column: ColumnReference) {
            table = SQLName(column.table.sqlName)
            self.column = SQLName(column.column)
        }
    }

    private let zone: TimeZoneRules
    private let now: Timestamp
    private let longestRead: Duration
    private let known = Mutex<[Name: ColumnSamples]>([:])
    private let styles = Mutex<[Name: TimeStyle]>([:])

    init(_ options: SessionOptions) {
        zone = options.timeZone
        now = options.now
        longestRead = options.longestRead
    }

    /// How the column's times are read.
    func reader(of column: ColumnReference, _ schema: DatabaseSchema, in database: Database) throws -> TimeReader {
        try samples(of: column, schema, in: database)?.reader ?? TimeReader(zone: zone, now: now)
    }

    /// `instant` as the column holds its instants: like most of its own values, else like those of the columns in `relatives`, else as
    /// applications commonly do.
    /// - Throws: `StoreError` with code `.schema` when the column holds values and none of them is a time: whatever they are, one among
    ///   them could hurt the application.
    func value(
        _ instant: Timestamp, for column: ColumnReference, like relatives: [ColumnReference], _ schema: DatabaseSchema,
        in database: Database
    ) throws -> Value {
        let style =
            if let known = styles.withLock({ $0[Name(column)] }) {
                known
            } else {
                try style(of: column, like: relatives, schema, in: database)
            }
        styles.withLock { $0[Name(column)] = style }
        return style.value(instant, in: zone)
    }

    private func style(
        of column: ColumnReference, like relatives: [ColumnReference], _ schema: DatabaseSchema, in database: Database
    ) throws -> TimeStyle {
        let own = try samples(of: column, schema, in: database)
        if let style = own?.style { return style }
        // A zero or a date of the year 1 is no example, and no hindrance.
        if let own, let foreign = own.values.first(where: { own.reader.time($0) == .unreadable }) {
            throw StoreError(
                .schema,
                "\(column.table).\(column.column) holds values that are no timestamps (\(foreign.displayText)):"
                    + " jobsweep doesn't know how to write one there")
        }
        for relative in relatives {
            if let style = try samples(of: relative, schema, in: database)?.style { return style }
        }
        return .common
    }

    /// The newest times of a column that carry no offset, read as the session reads them; nil where there are none.
    func newestWithoutOffset(in column: ColumnReference, _ schema: DatabaseSchema, in database: Database) throws
        -> Timestamp?
    {
        try samples(of: column, schema, in: database)?.newestWithoutOffset
    }

    /// Nil where there is no such column.
    func samples(of column: ColumnReference, _ schema: DatabaseSchema, in database: Database) throws
        -> ColumnSamples?
    {
        if let samples = known.withLock({ $0[Name(column)] }) { return samples }
        guard let table = try? schema.table(column.table, in: database), table.has(column.column)
        else { return nil }
        let values = try ColumnSamples.read(
            column.column, of: table, form: schema.form, within: longestRead, in: database)
        let samples = ColumnSamples(values: values, zone: zone, now: now)
        known.withLock { $0[Name(column)] = samples }
        return samples
    }
}
