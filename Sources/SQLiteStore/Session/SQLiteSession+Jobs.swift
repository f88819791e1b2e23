import GRDB
import Sweeping

extension SQLiteSession {
    package func unfinishedCleanups() async throws -> [JobRecord] {
        try schema.check(.oldJobs)
        let rows = try JobRows(schema)
        return try await perform { try rows.unfinishedCleanups(in: $0) }
    }

    package func activeJobCount() async throws -> Int {
        let rows = try JobRows(schema)
        return try await perform { try rows.activeCount(in: $0) }
    }

    package func activeJobs(after cursor: Cursor?, limit: Int) async throws -> Page<Key, JobRecord, Cursor> {
        let rows = try JobRows(schema)
        return try await page(rows, rows.activeScan, after: cursor, limit: limit)
    }

    package func finishedJobs(before cutoff: Timestamp, after cursor: Cursor?, limit: Int) async throws
        -> Page<Key, JobRecord, Cursor>
    {
        let rows = try JobRows(schema, for: .retention)
        return try await page(rows, rows.finishedScan(before: cutoff), after: cursor, limit: limit)
    }

    private func page(_ rows: JobRows, _ scan: RowScan, after cursor: Cursor?, limit: Int) async throws
        -> Page<Key, JobRecord, Cursor>
    {
        try await perform { database in
            let (found, next) = try scan.page(after: cursor, limit: limit, in: database)
            return Page(rows: found.map { (rows.key($0), rows.record($0)) }, next: next)
        }
    }

    package func settle(_ jobs: [(key: Key, change: Settlement)], at now: Timestamp, within hold: Duration) async throws
        -> BatchOutcome
    {
        let rows = try JobRows(schema)
        let names = schema.names.jobs
        let statement = rows.settling
        let completedAt = try await text(now, for: names.completedAt, of: rows.table)
        let updatedAt = try await text(now, for: names.updatedAt, of: rows.table)
        return try await change(.staleJobs, jobs.map(\.key), by: statement, within: hold) { index in
            let change = jobs[index].change
            return [change.status, change.error, completedAt, updatedAt].map(\.databaseValue)
        }
    }

    package func deleteJobs(_ keys: [Key], within hold: Duration) async throws -> BatchOutcome {
        try await change(
            .oldJobs, keys, by: JobRows(schema, for: .retention).deletion, within: hold, with: children)
    }
}
