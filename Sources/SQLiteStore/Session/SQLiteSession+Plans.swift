import GRDB
import Sweeping

extension SQLiteSession {
    package func pendingPlans(after cursor: Cursor?, limit: Int) async throws -> Page<Key, PlanRecord, Cursor> {
        let rows = try PlanRows(schema)
        let jobs = try JobRows(schema)
        let goesWithItsJob = schema.cascades(from: rows.table).contains {
            $0.childColumn.lowercased() == rows.names.jobID.lowercased()
        }
        return try await perform { database in
            let (found, next) = try rows.scan.page(after: cursor, limit: limit, in: database)
            let pending = try found.filter(rows.isPending).map { row in
                let plan = PlanRecord(
                    id: rows.id(row), job: try link(rows.jobID(row), jobs, in: database),
                    goesWithItsJob: goesWithItsJob)
                return (rows.key(row), plan)
            }
            return Page(rows: pending, next: next)
        }
    }

    private func link(_ jobID: DatabaseValue, _ jobs: JobRows, in database: Database) throws -> PlanRecord.Link {
        guard !jobID.isNull else { return .none }
        return try jobs.referred(by: jobID, through: schema.names.jobs.id, in: database).map { .found($0) } ?? .missing
    }

    package func resetPlans(_ keys: [Key], at now: Timestamp, within hold: Duration) async throws -> BatchOutcome {
        let rows = try PlanRows(schema)
        let updatedAt = try await text(now, for: rows.names.updatedAt, of: rows.table).databaseValue
        // In a dry run the plan's job may still be active although the run would have settled it before it comes to the plan.
        let statement = options.dryRun ? rows.rehearsedReset : rows.reset
        return try await change(.stuckPlans, keys, by: statement, within: hold) { _ in [updatedAt] }
    }
}
