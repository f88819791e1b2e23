import GRDB
import Sweeping

/// The statements on the table of handled downloads. Often no index leads to the timestamp; then one scan per run, in short steps by
/// row number, is the price.
struct DownloadRows {
    let table: TableShape
    private let columns: [String]
    private let timestamp: String
    /// The foreign key by which a job's deletion takes downloads along; read only where a dry run has to know.
    let owner: ForeignKeyShape?

    /// - Throws: `StoreError` when the table isn't there.
    init(_ schema: ApplicationSchema, withOwners: Bool) throws(StoreError) {
        let names = schema.names.downloads
        guard let table = schema.downloads else {
            throw StoreError(.schema, "there is no table \(names.table)")
        }
        self.table = table
        timestamp = names.timestamp
        owner = withOwners ? schema.cascades(from: table).first : nil
        columns = [names.id, names.timestamp] + (owner.map { [$0.childColumn] } ?? [])
    }

    func scan(before cutoff: Timestamp) -> RowScan {
        RowScan(
            table: table, columns: columns,
            parts: TimeRange.parts(of: timestamp, before: cutoff, index: table.index(leading: timestamp)))
    }

    func record(_ row: Row, owner: JobRecord?) -> DownloadRecord {
        let id: DatabaseValue = row[1]
        return DownloadRecord(id: id.displayText, timestamp: StoredTime(row[2] as DatabaseValue), owner: owner)
    }

    /// The value that names the row's job, where that matters.
    func ownerValue(_ row: Row) -> DatabaseValue {
        owner == nil ? .null : row[3]
    }

    func key(_ row: Row) -> RowKey {
        RowKey(locator: row[0], guards: [row[1], row[2]])
    }

    var deletion: GuardedStatement {
        GuardedStatement("DELETE FROM \(quoted(table.name))", table: table, guards: Array(columns.prefix(2)))
    }
}
