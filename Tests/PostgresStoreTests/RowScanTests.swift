import Sweeping
import TestTools
import Testing

@testable import PostgresStore

@Suite("What reading and deleting takes of PostgreSQL", .timeLimit(.minutes(10)))
struct RowScanTests {
    /// To learn how many rows lie behind a bound, the planner looks for an index's first row where the bound may be before it: past all the
    /// entries whose rows are gone, again for each statement.
    @Test(
        "behind its first page, a sweep walks through its index once to read and once to delete, and never from its beginning"
    )
    func walks() async throws {
        let database = try PostgresServer.shared.get().database(ApplicationSchema.all)
        try database.execute(
            """
            ALTER TABLE job SET (autovacuum_enabled = off);
            INSERT INTO job (id, type, status, created_at, completed_at) SELECT 'f' || n, 'sync', 'completed', t, t FROM (
              SELECT n, '\(StoreRequirement.now.plain)'::timestamp AT TIME ZONE 'UTC' - n * interval '1 minute' AS t
              FROM generate_series(20000, 52000, 10) AS n) AS s;
            ANALYZE job
            """)
        func walks() async throws -> Int {
            // A connection has told all that it did once it is gone.
            let others = """
                SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
                  AND backend_type = 'client backend'
                """
            while try database.number(others) > 0 { try await Task.sleep(for: .milliseconds(10)) }
            return try database.number(
                "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'job_completed_at_idx'")
        }
        let cutoff = StoreRequirement.now - .days(30)
        let first = try await withSession(of: database.store()) { session in
            let page = try await session.finishedJobs(before: cutoff, after: nil, limit: 400)
            let outcome = try await session.deleteJobs(page.rows.map(\.key))
            #expect(outcome.rows.count == 400)
            return page.next
        }
        let before = try await walks()
        let transactions = try await withSession(of: database.store()) { session in
            let page = try await session.finishedJobs(before: cutoff, after: first, limit: 400)
            let outcome = try await session.deleteJobs(page.rows.map(\.key))
            #expect(outcome.rows == Array(repeating: .done, count: 400))
            return outcome.locksHeld.count
        }
        let after = try await walks()
        #expect(after - before == 1 + transactions)
    }

    @Test(
        "a page is bounded by the rows that are looked at, whether many or few of them qualify", arguments: [1, 5, 7])
    func bounded(_ limit: Int) async throws {
        let database = try PostgresServer.shared.get().database(ApplicationSchema.all)
        try database.execute(
            """
            INSERT INTO job (id, type, status, created_at, completed_at)
            SELECT 'f' || n, 'sync', CASE WHEN n BETWEEN 20 AND 44 AND n <> 30 THEN 'running' ELSE 'completed' END::jobstatus, t, t FROM (
              SELECT n, '\(StoreRequirement.now.plain)'::timestamp AT TIME ZONE 'UTC' - interval '90 days' + n * interval '1 minute' AS t
              FROM generate_series(0, 59) AS n) AS s
            """)
        let cutoff = StoreRequirement.now - .days(30)
        try await withSession(of: database.store()) { session in
            var found: [String] = []
            var pages: [Int] = []
            var cursor: ScanCursor?
            repeat {
                let page = try await session.finishedJobs(before: cutoff, after: cursor, limit: limit)
                found += page.rows.map(\.record.id)
                pages.append(page.rows.count)
                cursor = page.next
            } while cursor != nil
            let old = [0..<20, 30..<31, 45..<60].joined()
            #expect(found == old.map { "f\($0)" })
            // One more where the last is full, and one for times that no clock has.
            #expect((60 / limit...60 / limit + 2).contains(pages.count))
            #expect(pages.allSatisfy { $0 <= limit })
        }
    }
}
