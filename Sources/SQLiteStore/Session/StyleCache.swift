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

extension SQLiteSession {
    /// `instant` as the column writes its instants: like most of its own values, else like the table's and the jobs' other
    /// columns, else as the application is known to.
    /// - Throws: `StoreError` with code `.schema` when the column holds values and none of them can be read: whatever they
    ///   are, a text among them could hurt the application.
    func text(_ instant: Timestamp, for column: String, of table: TableShape) async throws -> String {
        try await perform { database in
            try styles.style("\(table.name).\(column)") {
                try readStyle(of: column, table: table, in: database)
            }.text(instant)
        }
    }

    private func readStyle(of column: String, table: TableShape, in database: Database) throws -> TimestampStyle {
        if let own = try TimestampStyle.used(by: column, of: table, in: database) { return own }
        let names = schema.names.jobs
        for relative in [names.updatedAt, names.createdAt, names.startedAt, names.completedAt] {
            guard let jobs = schema.jobs, jobs.has(relative) else { continue }
            if let style = try TimestampStyle.used(by: relative, of: jobs, in: database) { return style }
        }
        let sql = """
            SELECT \(quoted(column)) FROM (SELECT \(quoted(column)) FROM \(quoted(table.name)) LIMIT 5000)
            WHERE \(quoted(column)) IS NOT NULL LIMIT 1
            """
        if let foreign = try DatabaseValue.fetchOne(database, sql: sql) {
            throw StoreError(
                .schema,
                "\(table.name).\(column) holds values that are no timestamps (\(foreign.displayText)):"
                    + " jobsweep doesn't know how to write one there")
        }
        return TimestampStyle()
    }
}
