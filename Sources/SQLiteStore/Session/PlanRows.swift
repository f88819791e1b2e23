import GRDB
import Sweeping

/// The statements on the table of plans. They rely on the primary keys of both tables; an index on the plans' `status` is used
/// where there is one.
struct PlanRows {
    /// The only status that plans are reset from, and the one that they are reset to.
    private static let pending = "PENDING"
    private static let draft = "DRAFT"

    let table: TableShape
    let names: ApplicationTables.Plans
    private let jobs: TableShape
    private let jobNames: ApplicationTables.Jobs

    /// - Throws: `StoreError` when one of the two tables isn't there.
    init(_ schema: ApplicationSchema) throws(StoreError) {
        try schema.check(.stuckPlans)
        guard let table = schema.plans, let jobs = schema.jobs else {
            throw StoreError(.schema, "there is no table \(schema.names.plans.table)")
        }
        self.table = table
        self.jobs = jobs
        names = schema.names.plans
        jobNames = schema.names.jobs
    }

    var scan: RowScan {
        let part: RowScan.Part =
            table.index(leading: names.status).map {
                .equal(column: names.status, value: PlanRows.pending, index: $0)
            } ?? .whole
        return RowScan(table: table, columns: [names.id, names.status, names.jobID, names.updatedAt], parts: [part])
    }

    func isPending(_ row: Row) -> Bool {
        row[2] as DatabaseValue == PlanRows.pending.databaseValue
    }

    func id(_ row: Row) -> String {
        (row[1] as DatabaseValue).displayText
    }

    func jobID(_ row: Row) -> DatabaseValue {
        row[3]
    }

    func key(_ row: Row) -> RowKey {
        RowKey(locator: row[0], guards: [row[1], row[2], row[3], row[4]])
    }

    /// Resets a plan, unless its job has come to life since it was read.
    var reset: GuardedStatement {
        let active = JobStatus.active.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        return reset(
            also: """
                NOT EXISTS (SELECT 1 FROM \(quoted(jobs.name)) AS job
                WHERE job.\(quoted(jobNames.id)) = \(quoted(table.name)).\(quoted(names.jobID))
                AND lower(job.\(quoted(jobNames.status))) IN (\(active)))
                """)
    }

    /// The same, whatever the plan's job is.
    var rehearsedReset: GuardedStatement { reset(also: nil) }

    private func reset(also condition: String?) -> GuardedStatement {
        GuardedStatement(
            "UPDATE \(quoted(table.name)) SET \(quoted(names.status)) = '\(PlanRows.draft)', \(quoted(names.updatedAt)) = ?",
            table: table, guards: [names.id, names.status, names.jobID, names.updatedAt], also: condition)
    }
}
