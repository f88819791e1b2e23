import GRDB
import Sweeping
import Synchronization

/// The styles of the columns that this session writes instants into, each looked up once.
final class StyleCache: Sendable {
    private let known = Mutex<[String: TimestampStyle]>([:])

    func style(_ key: String, orRead read: () throws -> TimestampStyle) rethrows -> TimestampStyle {
        if let style = known.withLock({ $0[key] }) { return style }
        let style = try read()
        known.withLock { $0[key] = style }
        return style
    }
}

extension StyleCache {
    /// `instant` as the column writes its instants: like most of its own values, else like those of the columns in `relatives`, else as
    /// applications commonly do.
    /// - Throws: `StoreError` with code `.schema` when the column holds values and none of them can be read: whatever they
    ///   are, a text among them could hurt the application.
    func text(
        _ instant: Timestamp, for column: String, of table: TableShape, like relatives: [ColumnReference],
        _ schema: DatabaseSchema, in database: Database
    ) throws -> String {
        try style("\(table.name).\(column)") {
            try readStyle(of: column, table: table, like: relatives, schema, in: database)
        }.text(instant)
    }

    private func readStyle(
        of column: String, table: TableShape, like relatives: [ColumnReference], _ schema: DatabaseSchema,
        in database: Database
    ) throws -> TimestampStyle {
        if let own = try TimestampStyle.used(by: column, of: table, in: database) { return own }
        for relative in relatives {
            guard let other = try? schema.table(relative.table, id: relative.column, in: database),
                other.has(relative.column)
            else { continue }
            if let style = try TimestampStyle.used(by: relative.column, of: other, in: database) { return style }
        }
        let sql = """
            SELECT \(quoted(column)) FROM (SELECT \(quoted(column)) FROM \(quoted(table.name)) LIMIT 5000)
            WHERE \(quoted(column)) IS NOT NULL LIMIT 1
            """
        if let foreign = try DatabaseValue.fetchOne(database, sql: sql) {
            throw StoreError(
                .schema,
                "\(table.name).\(column) holds values that are no timestamps (\(Value(foreign).displayText)):"
                    + " jobsweep doesn't know how to write one there")
        }
        return TimestampStyle()
    }
}
