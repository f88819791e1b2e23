import GRDB
import Sweeping

extension SQLiteSession {
    package func downloads(before cutoff: Timestamp, after cursor: Cursor?, limit: Int) async throws
        -> Page<Key, DownloadRecord, Cursor>
    {
        let rows = try DownloadRows(schema, withOwners: options.dryRun)
        let scan = rows.scan(before: cutoff)
        let jobs = rows.owner == nil ? nil : try JobRows(schema)
        return try await perform { database in
            let (found, next) = try scan.page(after: cursor, limit: limit, in: database)
            return Page(
                rows: try found.map { row in
                    let owner = try jobs?.referred(
                        by: rows.ownerValue(row), through: rows.owner?.parentColumn ?? schema.names.jobs.id,
                        in: database)
                    return (rows.key(row), rows.record(row, owner: owner))
                }, next: next)
        }
    }

    package func deleteDownloads(_ keys: [Key], within hold: Duration) async throws -> BatchOutcome {
        try await change(.oldDownloads, keys, by: DownloadRows(schema, withOwners: false).deletion, within: hold)
    }
}
