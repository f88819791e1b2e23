import Sweeping
import TestTools
import Testing

@testable import SQLiteStore

/// In each of these a dry run has the run's numbers, and only the row that caused a refusal is refused.
@Suite("Deletions that the database refuses")
struct RefusedDeletionTests {
    private func database(_ journal: Journal, _ more: String) throws -> ApplicationDatabase {
        let database = try ApplicationDatabase(journal, schema: Tables.all + more)
        for index in 0..<12 { try database.insertOldJob("o\(index)") }
        return database
    }

    private func jobError(_ id: String, _ message: String, _ operation: OperationName = .oldJobs) -> RunError {
        RunError(operation: operation, jobID: id, message: message)
    }

    @Test(
        "a foreign key that forbids the deletion, checked at once or at the commit",
        arguments: [
            "ON DELETE RESTRICT", "ON DELETE NO ACTION", "", "DEFERRABLE INITIALLY DEFERRED",
            "ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED",
        ], Journal.allCases)
    func foreignKey(_ clause: String, _ journal: Journal) async throws {
        let database = try database(journal, "CREATE TABLE note (job_id TEXT REFERENCES job (id) \(clause));")
        try database.execute("INSERT INTO note VALUES ('o3'), ('o7'), (NULL)")
        let report = try await database.sweepBothWays()
        #expect(report.status == .completedWithErrors)
        #expect(report.errors == ["o3", "o7"].map { jobError($0, "FOREIGN KEY constraint failed") })
        #expect(report.results[.oldJobs]?.backlog == 2)
        #expect(try database.jobIDs == ["o3", "o7"])
        #expect(try database.rows("SELECT * FROM note") == ["o3", "o7", "-"])
    }

    @Test("keys that cascade or let go take nothing away from the count")
    func cascades() async throws {
        let database = try database(
            .wal,
            """
            CREATE TABLE loose (job_id TEXT REFERENCES job (id) ON DELETE SET NULL);
            CREATE TABLE step (id INTEGER PRIMARY KEY, job_id TEXT REFERENCES job (id) ON DELETE CASCADE);
            CREATE TABLE detail (step_id INTEGER REFERENCES step (id) ON DELETE CASCADE);
            """)
        try database.execute(
            """
            INSERT INTO loose VALUES ('o1'); INSERT INTO step VALUES (1, 'o1'), (2, 'o2'); INSERT INTO detail VALUES (1), (2);
            INSERT INTO daemon_job_history (job_id) VALUES ('o1'), ('o2');
            """)
        let report = try await database.sweepBothWays()
        #expect(report.status == .completed)
        #expect(report.rowsChanged(by: .oldJobs) == 12)
        #expect(try database.dump().filter { !$0.hasPrefix("analysis") } == ["loose|-"])
    }

    @Test(
        "a refusal behind a cascade: the grandchild's key, at once or deferred",
        arguments: ["", "DEFERRABLE INITIALLY DEFERRED"])
    func grandchild(_ clause: String) async throws {
        let database = try database(
            .wal,
            """
            CREATE TABLE step (id INTEGER PRIMARY KEY, job_id TEXT REFERENCES job (id) ON DELETE CASCADE);
            CREATE TABLE detail (step_id INTEGER REFERENCES step (id) \(clause));
            """)
        try database.execute("INSERT INTO step VALUES (1, 'o1'), (2, 'o2'); INSERT INTO detail VALUES (1)")
        let report = try await database.sweepBothWays()
        #expect(report.errors == [jobError("o1", "FOREIGN KEY constraint failed")])
        #expect(try database.jobIDs == ["o1"])
        #expect(try database.rows("SELECT id FROM step") == ["1"])
    }

    @Test("a key on another column than the id is the database's business")
    func otherColumn() async throws {
        let database = try database(
            .wal,
            """
            CREATE UNIQUE INDEX job_error ON job (error);
            CREATE TABLE note (name TEXT REFERENCES job (error) DEFERRABLE INITIALLY DEFERRED);
            """)
        try database.execute("UPDATE job SET error = 'name of ' || id; INSERT INTO note VALUES ('name of o4')")
        let report = try await database.sweepBothWays([.oldJobs])
        #expect(report.errors == [jobError("o4", "FOREIGN KEY constraint failed")])
        #expect(try database.jobIDs == ["o4"])
    }

    static let raises: [(raise: String, message: String)] = [
        ("RAISE(ABORT, 'audited')", "audited"), ("RAISE(FAIL, 'audited')", "audited"),
        ("RAISE(ROLLBACK, 'audited')", "audited"),
        ("RAISE(IGNORE)", "a trigger of the database keeps this row as it is"),
    ]

    @Test("a trigger that forbids a deletion, in each way that SQLite has", arguments: raises, Journal.allCases)
    func deletionTrigger(_ raise: (raise: String, message: String), _ journal: Journal) async throws {
        let database = try database(
            journal,
            """
            CREATE TRIGGER audit BEFORE DELETE ON job WHEN OLD.id IN ('o0', 'o6', 'o11')
            BEGIN SELECT \(raise.raise); END;
            """)
        let report = try await database.sweepBothWays()
        #expect(report.errors == ["o0", "o6", "o11"].map { jobError($0, raise.message) })
        #expect(report.rowsChanged(by: .oldJobs) == 9)
        #expect(try database.jobIDs == ["o0", "o11", "o6"])
    }

    @Test("a trigger that forbids the deletion after it was done", arguments: ["ABORT", "FAIL", "ROLLBACK"])
    func lateTrigger(_ way: String) async throws {
        let database = try database(
            .wal,
            """
            CREATE TRIGGER audit AFTER DELETE ON job WHEN OLD.id = 'o6' BEGIN SELECT RAISE(\(way), 'audited'); END;
            """)
        try database.execute("INSERT INTO daemon_job_history (job_id) VALUES ('o6')")
        let report = try await database.sweepBothWays()
        #expect(report.errors == [jobError("o6", "audited")])
        #expect(try database.jobIDs == ["o6"])
        #expect(try database.rows("SELECT job_id FROM daemon_job_history") == ["o6"])
    }

    @Test("a trigger on rows that would go with the job", arguments: ["ABORT", "ROLLBACK"])
    func childTrigger(_ way: String) async throws {
        let database = try database(
            .wal,
            """
            CREATE TRIGGER audit BEFORE DELETE ON daemon_job_history BEGIN SELECT RAISE(\(way), 'history stays'); END;
            """)
        try database.execute("INSERT INTO daemon_job_history (job_id) VALUES ('o5')")
        let report = try await database.sweepBothWays()
        #expect(report.errors == [jobError("o5", "history stays")])
        #expect(try database.jobIDs == ["o5"])
    }

    @Test("a trigger that stumbles over one row's values costs only that row")
    func stumblingTrigger() async throws {
        let database = try database(
            .wal,
            """
            CREATE TABLE log (task TEXT);
            CREATE TRIGGER keep_task BEFORE DELETE ON job BEGIN
                INSERT INTO log VALUES (json_extract(OLD.metadata, '$.task_id'));
            END;
            UPDATE job SET metadata = '{"task_id": "t"}';
            """)
        try database.execute("UPDATE job SET metadata = '{broken' WHERE id = 'o2'")
        let report = try await database.sweepBothWays()
        #expect(report.errors == [jobError("o2", "malformed JSON")])
        #expect(try database.jobIDs == ["o2"])
    }

    @Test("a trigger that can't run at all fails the operation once, not every row")
    func brokenTrigger() async throws {
        let database = try database(.wal, "")
        try database.execute("CREATE TRIGGER audit BEFORE DELETE ON job BEGIN INSERT INTO nowhere VALUES (1); END")
        let report = try await database.sweepBothWays()
        let reason =
            "no row of job can be deleted: no such table: main.nowhere: the application's developers can mend its"
        #expect(
            report.errors == [
                RunError(operation: .oldJobs, message: "\(reason) schema; until then, switch old_jobs off")
            ])
        #expect(try database.jobIDs.count == 12)
    }

    @Test("download records and plans that go with their job, and a job that may not go")
    func cascadedRows() async throws {
        let database = try ApplicationDatabase(
            schema: Tables.job + Tables.jobIndexes
                + Tables.downloads.replacing("job_id TEXT", with: "job_id TEXT REFERENCES job (id) ON DELETE CASCADE")
                + Tables.plans.replacing("job_id TEXT NULL", with: "job_id TEXT REFERENCES job (id) ON DELETE CASCADE")
                + "CREATE TABLE note (job_id TEXT REFERENCES job (id) DEFERRABLE INITIALLY DEFERRED);")
        for id in ["o1", "o2"] { try database.insertOldJob(id) }
        try database.insertDownload(1, jobID: "o1")
        try database.insertDownload(2, jobID: "o2")
        try database.insertDownload(3)
        try database.insertPlan(1, jobID: "o1")
        try database.insertPlan(2, jobID: "o2")
        try database.execute("INSERT INTO note VALUES ('o2')")
        let report = try await database.sweepBothWays()
        #expect(
            report.results.mapValues(\.rowsChanged) == [.staleJobs: 0, .oldJobs: 1, .oldDownloads: 2, .stuckPlans: 1])
        #expect(try database.planStatuses == ["2|DRAFT"])
        #expect(try database.downloadIDs == [])
    }

    @Test("a batch that a trigger throws away many times is cut up, and still every other row goes")
    func manyRollbacks() async throws {
        let database = try ApplicationDatabase(
            schema: Tables.all
                + """
                CREATE TRIGGER audit BEFORE DELETE ON job WHEN OLD.type = 'export' BEGIN SELECT RAISE(ROLLBACK, 'no'); END;
                """)
        for index in 0..<60 { try database.insertOldJob("o\(index)", type: index % 20 == 3 ? "export" : "sync") }
        let report = try await database.sweep()
        #expect(report.rowsChanged(by: .oldJobs) == 57)
        #expect(report.errorCount == 3)
        #expect(try database.jobIDs == ["o23", "o3", "o43"])
    }

    @Test("a batch that is cut up ends when the run does, and what was done is in the outcome")
    func stopInParts() async throws {
        let database = try ApplicationDatabase(
            schema: Tables.all
                + """
                CREATE TRIGGER audit BEFORE DELETE ON job WHEN OLD.id = 'o9' BEGIN SELECT RAISE(ROLLBACK, 'no'); END;
                """)
        for index in 0..<10 { try database.insertOldJob("o\(index)") }
        let control = RunControl()
        try database.execute("CREATE TABLE seen (id TEXT)")
        try await withSession(of: database.store(), isStopping: { control.isCancelled }) { session in
            let rows = try await session.finishedJobs(before: .ago(.days(30)), after: nil, limit: 100).rows
            control.cancel()
            let outcome = try await session.deleteJobs(rows.map(\.key))
            #expect(outcome.rows == [])
        }
        #expect(try database.jobIDs.count == 10)
    }
}
