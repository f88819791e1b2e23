import Sweeping
import TestTools
import Testing

@testable import PostgresStore

/// Jobs that take others along.
@Suite("Families of jobs on PostgreSQL", .timeLimit(.minutes(10)))
struct FamilyTests {
    private static let now = StoreRequirement.now
    private static let tables = """
        CREATE TABLE job (id text PRIMARY KEY, type text NOT NULL, status text NOT NULL, progress int, error text,
          parent text REFERENCES job ON DELETE CASCADE, created_at timestamptz, started_at timestamptz,
          completed_at timestamptz, updated_at timestamptz);
        CREATE INDEX ON job (completed_at);
        CREATE INDEX ON job (parent);
        CREATE INDEX ON job (status);
        CREATE TABLE note (id serial PRIMARY KEY, job_id text REFERENCES job ON DELETE CASCADE);
        CREATE INDEX ON note (job_id);
        CREATE TABLE remark (id serial PRIMARY KEY, note_id int REFERENCES note ON DELETE CASCADE);
        """

    private func insert(_ id: String, _ status: String, days: Int, parent: String? = nil, in database: PostgresDatabase)
        throws
    {
        let time = (Self.now - .days(days)).plain + "+00"
        try database.execute(
            """
            INSERT INTO job (id, type, status, parent, created_at, started_at, completed_at, updated_at)
            VALUES ($1, 'sync', $2, $3, $4, $4, CASE WHEN $2 = 'running' THEN NULL ELSE $4::timestamptz END, $4)
            """, [id, status, parent, time])
    }

    private func run(_ database: PostgresDatabase, dryRun: Bool) async throws -> RunReport {
        let sweeper = Sweeper(store: database.store(), clock: HastyClock(now: Self.now), processID: 1)
        let request = RunRequest(runID: "r", trigger: .cli, dryRun: dryRun, operations: [.oldJobs])
        return try await sweeper.begin(request, policy: SweepPolicy()).execute()
    }

    @Test("preview and run agree on who goes, who goes along, and who stays for another's sake")
    func families() async throws {
        let database = try PostgresServer.shared.get().database(Self.tables)
        // `a` takes `b` and `c` along; `d` would take the running `e`; `f` is refused nothing and alone.
        try insert("a", "completed", days: 50, in: database)
        try insert("b", "completed", days: 40, parent: "a", in: database)
        try insert("c", "completed", days: 3, parent: "b", in: database)
        try insert("d", "failed", days: 45, in: database)
        try insert("e", "running", days: 0, parent: "d", in: database)
        try insert("f", "cancelled", days: 35, in: database)
        try database.execute(
            """
            INSERT INTO note (id, job_id) VALUES (1, 'a'), (2, 'a'), (3, 'c'), (4, 'd'), (5, 'f');
            INSERT INTO remark (note_id) VALUES (1), (1), (3), (4)
            """)
        for dryRun in [true, false] {
            let report = try await run(database, dryRun: dryRun)
            #expect(report.status == .completed)
            #expect(report.rowsChanged(by: .oldJobs) == 2)
            // b and c, four notes, three remarks.
            #expect(report.results[.oldJobs]?.dependents == 2 + 4 + 3)
            #expect(report.skipped(.referenced) == 1)
            #expect(report.skipped(.changed) == 0)
        }
        #expect(try database.texts("SELECT id FROM job ORDER BY id") == ["d", "e"])
        #expect(try database.number("SELECT count(*) FROM note") == 1)
        #expect(try database.number("SELECT count(*) FROM remark") == 1)
    }
}
