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
        let rows = try JobRows(schema)
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

    package func settle(_ jobs: [(key: Key, change: Settlement)], at now: Timestamp) async throws -> BatchOutcome {
        let rows = try JobRows(schema)
        let names = schema.names.jobs
        let statement = rows.settling
        let completedAt = try await text(now, for: names.completedAt, of: rows.table)
        let updatedAt = try await text(now, for: names.updatedAt, of: rows.table)
        return try await change(.staleJobs, count: jobs.count) { database, index in
            let (key, change) = jobs[index]
            let values = [change.status, change.error, completedAt, updatedAt].map(\.databaseValue)
            try database.cachedStatement(sql: statement.sql)
                .execute(arguments: statement.arguments(key, setting: values))
        }
    }

    package func deleteJobs(_ keys: [Key]) async throws -> BatchOutcome {
        let statement = try JobRows(schema).deletion
        let refusing = schema.keysToJobs.filter { if case .refuse = $0.onDelete { true } else { false } }
        return try await change(.oldJobs, count: keys.count) { database, index in
            try refusalAtCommit(of: keys[index], refusing: refusing, in: database)
        } step: { database, index in
            try database.cachedStatement(sql: statement.sql).execute(arguments: statement.arguments(keys[index]))
        }
    }

    /// A key that is checked only at the commit shows in a rehearsal as a child that is left behind.
    private func refusalAtCommit(of key: Key, refusing: [ForeignKeyShape], in database: Database) throws -> String? {
        for child in refusing {
            let sql = "SELECT 1 FROM \(quoted(child.child)) WHERE \(quoted(child.childColumn)) = ? LIMIT 1"
            if try Bool.fetchOne(try database.cachedStatement(sql: sql), arguments: [key.guards[0]]) != nil {
                return "FOREIGN KEY constraint failed"
            }
        }
        return nil
    }
}
