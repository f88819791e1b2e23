import Sweeping

/// The run's `now` as a column holds its moments.
struct WrittenMoment {
    let schema: PostgresSchema
    let options: SessionOptions

    /// - Throws: `StoreError` with code `.schema` when nobody can say how the column holds times.
    func value(_ now: Timestamp, for column: ColumnShape, of table: TableReference, in link: PostgresLink) throws
        -> [UInt8]
    {
        if case .time(let kind) = column.kind { return Array(kind.text(now, in: options.timeZone).utf8) }
        let reference = ColumnReference(table, column.name)
        let samples = try schema.samples(of: reference, column, try schema.table(table, in: link), in: link)
        let reader = TimeReader(settledBy: samples, zone: options.timeZone, now: options.now)
        switch (column.kind, reader.format) {
        case (.integer, .unix(let unit)): return Array(String(now.microseconds / unit.microseconds).utf8)
        case (.text, .text) where samples.allSatisfy(WrittenMoment.isPlain):
            return Array(PostgresTime.Kind.plain.text(now, in: options.timeZone).utf8)
        default:
            throw StoreError(
                .schema,
                "\(table).\(column.name) of type \(column.type) doesn't show how it holds times: jobsweep doesn't know how to"
                    + " write one there")
        }
    }

    /// Whether a text looks as jobsweep would write it: `2025-08-30 07:01:07.123456`.
    private static func isPlain(_ value: Value) -> Bool {
        guard let text = value.string, let written = WrittenTime(text) else { return false }
        return written.offset == nil && text.utf8.count == 26 && text.utf8.contains(UInt8(ascii: " "))
    }
}
