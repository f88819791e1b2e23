import Sweeping
import Testing

@testable import SQLiteStore

@Suite("Tables and columns that aren't there")
struct MissingTablesTests {
    private static func hint(_ operation: String) -> String {
        ": set the application's own names under 'tables', or switch \(operation) off"
    }

    @Test("a view in a table's place stops only the operations that need it")
    func view() async throws {
        let database = try ApplicationDatabase(
            schema: Tables.job + Tables.jobIndexes + Tables.plans
                + "CREATE TABLE d (id, timestamp); CREATE VIEW handled_downloads AS SELECT * FROM d;")
        try database.insertOldJob("o1")
        let report = try await database.sweepBothWays()
        #expect(report.status == .completedWithErrors)
        #expect(
            report.errors == [
                RunError(
                    operation: .oldDownloads,
                    message:
                        "handled_downloads is a view, not an ordinary table: name the table that holds the rows under 'tables'"
                        + Self.hint("old_downloads"))
            ])
        #expect(report.rowsChanged(by: .oldJobs) == 1)
    }

    @Test("a virtual table is none to sweep either")
    func virtual() async throws {
        let database = try ApplicationDatabase(
            schema: Tables.job + Tables.plans + "CREATE VIRTUAL TABLE handled_downloads USING fts5(id, timestamp);")
        let report = try await database.sweep()
        #expect(report.errors.map(\.operation) == [.oldDownloads])
        #expect(report.errors[0].message.hasPrefix("handled_downloads is a virtual table, not an ordinary table: "))
    }

    static let gaps: [(change: String, errors: [OperationName: String])] = [
        ("DROP TABLE handled_downloads", [.oldDownloads: "there is no table handled_downloads"]),
        ("DROP TABLE analysis_plan", [.stuckPlans: "there is no table analysis_plan"]),
        (
            "DROP TABLE job",
            [
                .staleJobs: "there is no table job", .oldJobs: "there is no table job",
                .stuckPlans: "there is no table job",
            ]
        ),
        ("ALTER TABLE job DROP COLUMN progress", [.staleJobs: "table job has no column progress"]),
        (
            "ALTER TABLE job DROP COLUMN error; ALTER TABLE job DROP COLUMN progress",
            [.staleJobs: "table job has no columns progress, error"]
        ),
        (
            "DROP INDEX ix_job_completed_at; ALTER TABLE job DROP COLUMN completed_at",
            [.staleJobs: "table job has no column completed_at", .oldJobs: "table job has no column completed_at"]
        ),
        (
            "DROP INDEX ix_job_updated_at; ALTER TABLE job DROP COLUMN updated_at",
            [.staleJobs: "table job has no column updated_at"]
        ),
        (
            "ALTER TABLE handled_downloads DROP COLUMN timestamp",
            [.oldDownloads: "table handled_downloads has no column timestamp"]
        ),
        ("ALTER TABLE analysis_plan DROP COLUMN job_id", [.stuckPlans: "table analysis_plan has no column job_id"]),
        (
            "ALTER TABLE analysis_plan DROP COLUMN updated_at; ALTER TABLE analysis_plan RENAME status TO state",
            [.stuckPlans: "table analysis_plan has no columns status, updated_at"]
        ),
    ]

    @Test("what is missing fails the operations that need it; the others run", arguments: gaps)
    func missing(_ change: String, _ errors: [OperationName: String]) async throws {
        let database = try ApplicationDatabase(
            schema: Tables.job + Tables.jobIndexes + Tables.downloads + Tables.plans)
        try FullTables.fill(database)
        try database.execute(change)
        let report = try await database.sweep()
        let expected = SweepPolicy().operationNames.compactMap { operation in
            errors[operation].map {
                RunError(operation: operation, message: $0 + Self.hint(operation.rawValue))
            }
        }
        #expect(report.errors == expected)
        #expect(report.status == .completedWithErrors)
        for operation in SweepPolicy().operationNames where errors[operation] == nil {
            let changed = report.rowsChanged(by: operation)
            // Without the stale jobs' settlement the plan that waits for one of them stays.
            let plansLess = operation == .stuckPlans && errors[.staleJobs] != nil ? 1 : 0
            #expect(changed == (FullTables.changes[operation] ?? 0) - plansLess, "\(operation)")
        }
        #expect(try await database.examine().count { $0.level == .problem } == errors.count)
    }
}
