import Sweeping
import Testing

@testable import SQLiteStore

@Suite("Settlements and resets that the database refuses")
struct RefusedUpdateTests {
    private func jobError(_ id: String, _ message: String) -> RunError {
        RunError(operation: .staleJobs, jobID: id, message: message)
    }

    static let settlements: [(constraint: String, message: String)] = [
        ("CHECK (status <> 'failed')", "CHECK constraint failed: status <> 'failed'"),
        (
            "CHECK (id <> 's2' OR error IS NULL OR error = 'old error')",
            "CHECK constraint failed: id <> 's2' OR error IS NULL OR error = 'old error'"
        ),
    ]

    @Test("a check that forbids a settlement, and the plan that waits for that job", arguments: settlements)
    func check(_ constraint: String, _ message: String) async throws {
        let job = Tables.job.replacing("updated_at DATETIME\n)", with: "updated_at DATETIME, \(constraint))")
        let database = try ApplicationDatabase(schema: job + Tables.jobIndexes + Tables.downloads + Tables.plans)
        try database.insertStaleJob("s1", progress: 100)
        try database.insertStaleJob("s2")
        try database.insertPlan(1, jobID: "s1")
        try database.insertPlan(2, jobID: "s2")
        let report = try await database.sweepBothWays()
        #expect(report.errors == [jobError("s2", message)])
        #expect(report.rowsChanged(by: .staleJobs) == 1)
        #expect(try database.planStatuses == ["1|DRAFT", "2|PENDING"])
    }

    @Test("an error column that can't be NULL refuses the jobs whose error would be cleared")
    func mandatoryError() async throws {
        let job = Tables.job.replacing("error TEXT", with: "error TEXT NOT NULL DEFAULT ''")
        let database = try ApplicationDatabase(schema: job + Tables.jobIndexes + Tables.downloads + Tables.plans)
        try database.insertStaleJob("s1", progress: 100)
        try database.insertStaleJob("s2")
        let report = try await database.sweepBothWays()
        #expect(report.errors == [jobError("s1", "NOT NULL constraint failed: job.error")])
        #expect(try database.strings("SELECT status FROM job ORDER BY id") == ["running", "failed"])
    }

    @Test("a table of allowed statuses, or a unique index, can refuse a settlement too")
    func statusTable() async throws {
        let job = Tables.job.replacing("status TEXT", with: "status TEXT REFERENCES allowed (name)")
        let database = try ApplicationDatabase(
            schema: "CREATE TABLE allowed (name TEXT PRIMARY KEY);" + job + Tables.jobIndexes + Tables.downloads
                + Tables.plans + "CREATE UNIQUE INDEX one_pending ON analysis_plan (status) WHERE status = 'DRAFT';")
        try database.execute("INSERT INTO allowed VALUES ('running'), ('completed')")
        try database.insertStaleJob("s1", progress: 100)
        try database.insertStaleJob("s2")
        try database.insertPlan(1, status: "DRAFT")
        try database.insertPlan(2)
        let report = try await database.sweepBothWays()
        #expect(
            report.errors == [
                jobError("s2", "FOREIGN KEY constraint failed"),
                RunError(operation: .stuckPlans, message: "row 2: UNIQUE constraint failed: analysis_plan.status"),
            ])
    }

    @Test("a check on the plans: a plan whose job the run settles counts in a dry run as in the run")
    func planCheck() async throws {
        let plans = Tables.plans.replacing("status TEXT", with: "status TEXT CHECK (status IN ('PENDING', 'DRAFT'))")
        let database = try ApplicationDatabase(schema: Tables.job + Tables.jobIndexes + Tables.downloads + plans)
        try database.insertStaleJob("s1")
        try database.insertPlan(1, jobID: "s1")
        let report = try await database.sweepBothWays()
        #expect(report.rowsChanged(by: .stuckPlans) == 1)
        #expect(try database.planStatuses == ["1|DRAFT"])
    }
}
