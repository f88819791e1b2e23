import Sweeping
import TestTools
import Testing

@testable import SQLiteStore

/// Refusals that the schema didn't tell of when the session began, and many of them: each costs its own row, and not a batch cut up again and
/// again with pauses between its parts.
@Suite("Refusals that nobody foresaw")
struct UnforeseenRefusalTests {
    private func keys<Store: MaintenanceSession>(_ session: Store) async throws -> [Store.Key] {
        try await session.finishedJobs(before: .ago(.days(30)), after: nil, limit: 1000).rows.map(\.key)
    }

    @Test("an index on an expression that a reset violates: all plans but the first are refused, in a few transactions")
    func expressionIndex() async throws {
        let database = try ApplicationDatabase(
            schema: Tables.all
                + "CREATE UNIQUE INDEX one_draft ON analysis_plan ((status || '!')) WHERE status = 'DRAFT';")
        for id in 1...300 { try database.insertPlan(id) }
        let report = try await database.sweep()
        #expect(report.results[.stuckPlans]?.rowsChanged == 1)
        #expect(report.results[.stuckPlans]?.errorCount == 299)
        // With a transaction a row it were three hundred; a busy machine ends batches early.
        #expect(report.lockHeld.counts.reduce(0, +) < 250)
        #expect(try database.planStatuses.filter { $0.hasSuffix("DRAFT") } == ["1|DRAFT"])
    }

    @Test(
        "a trigger that throws everything away for every row takes one transaction a row", arguments: Journal.allCases)
    func rollbacks(_ journal: Journal) async throws {
        let database = try ApplicationDatabase(
            journal,
            schema: Tables.all + "CREATE TRIGGER no BEFORE DELETE ON job BEGIN SELECT RAISE(ROLLBACK, 'no'); END;")
        for index in 0..<60 { try database.insertOldJob("o\(index)") }
        try await withSession(of: database.store()) { session in
            let outcome = try await session.deleteJobs(try await keys(session))
            #expect(outcome.rows == Array(repeating: .refused("no"), count: 60))
            #expect(outcome.locksHeld.count == 60)
        }
    }

    @Test("of a batch that a row throws away, the rows before it are done once more, and the rest goes on behind it")
    func thrownAway() async throws {
        let database = try ApplicationDatabase(
            schema: Tables.all
                + """
                CREATE TRIGGER no BEFORE DELETE ON job WHEN OLD.id = 'o7' BEGIN SELECT RAISE(ROLLBACK, 'no'); END;
                """)
        for index in 0..<10 { try database.insertOldJob("o\(index)") }
        try await withSession(of: database.store()) { session in
            let outcome = try await session.deleteJobs(try await keys(session))
            #expect(outcome.rows == (0..<10).map { $0 == 7 ? .refused("no") : .done })
            #expect(outcome.locksHeld.count == 3)
        }
        #expect(try database.jobIDs == ["o7"])
    }

    static let migrations: [(name: String, sql: String, message: String)] = [
        (
            "a raising trigger",
            "CREATE TRIGGER t BEFORE DELETE ON job WHEN OLD.id = 'o3' BEGIN SELECT RAISE(ABORT, 'audited'); END",
            "audited"
        ),
        (
            "a trigger that keeps rows in silence",
            "CREATE TRIGGER t BEFORE DELETE ON job WHEN OLD.id = 'o3' BEGIN SELECT RAISE(IGNORE); END",
            "a trigger of the database keeps this row as it is"
        ),
        (
            "a child that restricts",
            """
            CREATE TABLE note (job_id TEXT REFERENCES job (id) ON DELETE RESTRICT); INSERT INTO note VALUES ('o3')
            """,
            "FOREIGN KEY constraint failed"
        ),
        (
            "a child that is checked at the commit",
            """
            CREATE TABLE note (job_id TEXT REFERENCES job (id) DEFERRABLE INITIALLY DEFERRED); INSERT INTO note VALUES ('o3')
            """,
            "FOREIGN KEY constraint failed"
        ),
    ]

    @Test(
        "a migration in the middle of a run is noticed with the lock: its refusals take no second try",
        arguments: migrations)
    func migration(_ migration: (name: String, sql: String, message: String)) async throws {
        let database = try ApplicationDatabase(schema: Tables.all)
        for index in 0..<8 { try database.insertOldJob("o\(index)") }
        try await withSession(of: database.store()) { session in
            let keys = try await keys(session)
            _ = try await session.deleteJobs([keys[0]])
            try database.execute(migration.sql)
            let outcome = try await session.deleteJobs(Array(keys.dropFirst()))
            #expect(outcome.rows == (1..<8).map { $0 == 3 ? .refused(migration.message) : .done })
            #expect(outcome.locksHeld.count <= 2)
        }
        #expect(try database.jobIDs == ["o3"])
    }

    @Test("a batch ends in its middle when its time is over, after one row at the earliest, and asks for rest")
    func cut() async throws {
        let database = try ApplicationDatabase(schema: Tables.all)
        for index in 0..<8 { try database.insertOldJob("o\(index)") }
        try await withSession(of: database.store()) { session in
            let keys = try await keys(session)
            // Somebody else is there.
            try database.execute("UPDATE job SET metadata = '{}'")
            let outcome = try await session.deleteJobs(keys, within: .zero)
            #expect(outcome.rows == [.done])
            #expect(outcome.dearestRow > .zero)
            #expect(outcome.rest > .zero)
        }
        #expect(try database.jobIDs.count == 7)
    }

    @Test("a row that holds the lock for longer than an application waits is given up, and no other with it")
    func tooDear() async throws {
        let database = try ApplicationDatabase(
            schema: Tables.all
                + """
                CREATE TRIGGER endless BEFORE DELETE ON job WHEN OLD.id = 'o2' BEGIN
                    SELECT count(*) FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n);
                END;
                """)
        for index in 0..<5 { try database.insertOldJob("o\(index)") }
        try await withSession(of: database.store()) { session in
            let outcome = try await session.deleteJobs(try await keys(session))
            // What it held the lock for is to be followed by a rest, so the rows behind it wait for the next batch.
            let expected: [BatchOutcome.Row] = [.done, .done, .givenUp(after: .seconds(3)), .done, .done]
            #expect(outcome.rows == Array(expected.prefix(outcome.rows.count)))
            #expect(outcome.rows.count >= 3)
        }
        #expect(try database.jobIDs.contains("o2"))
    }
}
