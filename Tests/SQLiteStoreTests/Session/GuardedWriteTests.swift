import Sweeping
import TestTools
import Testing

@testable import SQLiteStore

@Suite("Guarded writes")
struct GuardedWriteTests {
    private func session<Value>(_ database: ApplicationDatabase, _ work: (SQLiteSession) async throws -> Value)
        async throws
        -> Value
    {
        try await withSession(of: database.store(), work)
    }

    private let failure = Settlement(
        outcome: .failed, status: "failed", error: "late", timeout: .minutes(30), elapsed: .hours(1))

    @Test(
        "a stale job that changed in any column that was read is left alone",
        arguments: [
            "id = 's2'", "type = 'analysis'", "status = 'pending'", "status = 'RUNNING'", "status = NULL",
            "progress = 41", "progress = NULL", "created_at = NULL", "started_at = '2026-01-02 11:59:00'",
            "completed_at = '2026-01-02 11:59:00'", "updated_at = '2026-01-02 11:59:59.999999'", "updated_at = NULL",
        ])
    func settling(_ change: String) async throws {
        let database = try ApplicationDatabase()
        try database.insertStaleJob("s1")
        try database.insertStaleJob("s9")
        try await session(database) { session in
            let rows = try await session.activeJobs(after: nil, limit: 10).rows
            try database.execute("UPDATE job SET \(change) WHERE id = 's1'")
            let before = try database.rows("SELECT * FROM job WHERE id <> 's9'")
            let outcome = try await session.settle(rows.map { ($0.key, failure) }, at: ApplicationDatabase.now)
            #expect(outcome.rows == [.changed, .done])
            #expect(try database.rows("SELECT * FROM job WHERE id <> 's9'") == before)
        }
    }

    @Test(
        "an old job that changed in any column that was read is left alone",
        arguments: [
            "id = 'o2'", "type = 'export'", "status = 'running'", "status = 'COMPLETED'", "completed_at = NULL",
            "completed_at = '2026-01-01 00:00:00'", "updated_at = '2026-01-02 11:59:59'",
        ])
    func deletingJobs(_ change: String) async throws {
        let database = try ApplicationDatabase()
        try database.insertOldJob("o1")
        try database.insertOldJob("o9")
        try await session(database) { session in
            let rows = try await session.finishedJobs(before: .ago(.days(30)), after: nil, limit: 10).rows
            try database.execute("UPDATE job SET \(change) WHERE id = 'o1'")
            #expect(try await session.deleteJobs(rows.map(\.key)).rows == [.changed, .done])
        }
        #expect(try database.jobIDs.count == 1)
    }

    @Test("a column that no rule looks at may change")
    func otherColumns() async throws {
        let database = try ApplicationDatabase()
        try database.insertOldJob("o1")
        try await session(database) { session in
            let rows = try await session.finishedJobs(before: .ago(.days(30)), after: nil, limit: 10).rows
            try database.execute("UPDATE job SET result = '{}', total_items = 7, progress = 99, started_at = NULL")
            #expect(try await session.deleteJobs(rows.map(\.key)).rows == [.done])
        }
    }

    @Test(
        "a download record that changed is left alone",
        arguments: ["id = 7", "timestamp = NULL", "timestamp = '2026-01-02 00:00:00'"])
    func downloads(_ change: String) async throws {
        let database = try ApplicationDatabase()
        try database.insertDownload(1)
        try database.insertDownload(2)
        try await session(database) { session in
            let rows = try await session.downloads(before: .ago(.days(14)), after: nil, limit: 10).rows
            try database.execute("UPDATE handled_downloads SET \(change) WHERE id = 1")
            #expect(try await session.deleteDownloads(rows.map(\.key)).rows == [.changed, .done])
        }
    }

    @Test(
        "a plan that changed, or whose job came to life, is left alone",
        arguments: [
            "UPDATE analysis_plan SET id = 7 WHERE id = 1", "UPDATE analysis_plan SET status = 'APPLIED' WHERE id = 1",
            "UPDATE analysis_plan SET job_id = NULL WHERE id = 1",
            "UPDATE analysis_plan SET updated_at = NULL WHERE id = 1",
            "UPDATE job SET status = 'running' WHERE id = 'o1'", "UPDATE job SET status = 'PENDING' WHERE id = 'o1'",
            "UPDATE job SET status = 'Running' WHERE id = 'o1'",
        ])
    func plans(_ change: String) async throws {
        let database = try ApplicationDatabase()
        try database.insertOldJob("o1")
        try database.insertPlan(1, jobID: "o1")
        try database.insertPlan(2)
        try await session(database) { session in
            let rows = try await session.pendingPlans(after: nil, limit: 10).rows
            try database.execute(change)
            let outcome = try await session.resetPlans(rows.map(\.key), at: ApplicationDatabase.now)
            #expect(outcome.rows == [.changed, .done])
        }
    }

    @Test("VACUUM renumbers rows between the read and the deletion, and no wrong row goes", arguments: Journal.allCases)
    func vacuum(_ journal: Journal) async throws {
        // SQLite keeps the row numbers of a table that has an index.
        let database = try ApplicationDatabase(
            journal,
            schema: Tables.job.replacing(" NOT NULL PRIMARY KEY", with: "") + Tables.plans
                + "CREATE TABLE handled_downloads (id BIGINT, timestamp DATETIME, job_id TEXT);")
        for index in 0..<40 { try database.insertOldJob("gone\(index)") }
        for index in 0..<20 { try database.insertOldJob("old\(index)") }
        for index in 0..<40 {
            try database.insertJob("young\(index)", completed: Timestamp.ago(.days(1)).plain)
            try database.insertDownload(
                index, index < 20 ? Timestamp.ago(.days(15)).plain : Timestamp.ago(.days(1)).plain)
        }
        try database.execute("DELETE FROM job WHERE id LIKE 'gone%'; DELETE FROM handled_downloads WHERE id < 5")
        try await session(database) { session in
            let jobs = try await session.finishedJobs(before: .ago(.days(30)), after: nil, limit: 100).rows
            let downloads = try await session.downloads(before: .ago(.days(14)), after: nil, limit: 100).rows
                .filter { (5..<20).map(String.init).contains($0.record.id) }
            let numbers = try database.strings("SELECT rowid FROM job ORDER BY id")
            try database.execute("VACUUM")
            #expect(try database.strings("SELECT rowid FROM job ORDER BY id") != numbers)
            _ = try await session.deleteJobs(jobs.map(\.key))
            _ = try await session.deleteDownloads(downloads.map(\.key))
        }
        #expect(try database.jobIDs.filter { $0.hasPrefix("young") }.count == 40)
        #expect(try database.downloadIDs.filter { (Int($0) ?? 0) >= 20 }.count == 20)
        // Such tables, whose ids the database doesn't keep unique, are no run's business.
        let refused = try await database.sweep().errors.map(\.operation)
        #expect(refused == [.staleJobs, .oldJobs, .oldDownloads, .stuckPlans])
    }

    @Test("only text is a time, and only a number is progress")
    func storageClasses() async throws {
        let database = try ApplicationDatabase()
        try database.insertStaleJob("s1", progress: 100)
        try database.execute(
            """
            UPDATE job SET progress = 100.0;
            INSERT INTO job (id, type, status, completed_at) VALUES ('n1', 'sync', 'failed', 1700000000);
            INSERT INTO job (id, type, status, completed_at) VALUES ('n2', 'sync', 'failed', 1700000000.5);
            INSERT INTO job (id, type, status, completed_at) VALUES ('n3', 'sync', 'failed', x'323032302d30312d3031');
            INSERT INTO job (id, type, status, completed_at) VALUES ('n4', 'sync', 'failed', 'last week');
            INSERT INTO job (id, type, status, completed_at) VALUES ('n5', 'sync', 'failed', '');
            """)
        // A text among numbers: nobody knows what they count.
        try database.insertJob("y1", completed: Timestamp.ago(.days(1)).plain)
        let report = try await database.sweepBothWays()
        #expect(report.results[.staleJobs]?.details.map { $0.fields["status"] } == [.text("completed")])
        #expect(report.results[.oldJobs]?.skipped == [.unreadable: 5])
        #expect(try database.jobIDs == ["n1", "n2", "n3", "n4", "n5", "s1", "y1"])
    }
}
