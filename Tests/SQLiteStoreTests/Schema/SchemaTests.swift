import GRDB
import Sweeping
import Testing

@testable import SQLiteStore

@Suite("Tables as applications have them")
struct SchemaTests {
    @Test(
        "tables without row numbers, with other keys, with no index at all",
        arguments: [
            Tables.all,
            Tables.all.replacing(");\nCREATE INDEX ix_job_id", with: ") WITHOUT ROWID;\nCREATE INDEX ix_job_id"),
            Tables.job + Tables.downloads.replacing("job_id TEXT\n);", with: "job_id TEXT\n) WITHOUT ROWID;")
                + Tables.plans,
            Tables.job + Tables.downloads
                + Tables.plans.replacing("job_id TEXT NULL,", with: "job_id TEXT NULL, rowid TEXT, oid TEXT,"),
            Tables.job.replacing("id TEXT NOT NULL PRIMARY KEY", with: "id TEXT, rowid INT, _rowid_ INT, oid INT")
                + Tables.downloads + Tables.plans,
            Tables.job.replacing("id TEXT NOT NULL PRIMARY KEY", with: "number INTEGER PRIMARY KEY, id TEXT UNIQUE")
                + Tables.downloads.replacing("BIGINT NOT NULL PRIMARY KEY", with: "INTEGER PRIMARY KEY") + Tables.plans,
            Tables.all + "CREATE INDEX d ON handled_downloads (timestamp DESC); DROP INDEX ix_job_completed_at;"
                + "CREATE INDEX c ON job (completed_at DESC, status); CREATE INDEX p ON analysis_plan (status, id);",
            Tables.all + "DROP INDEX ix_job_completed_at; CREATE INDEX c ON job (completed_at) WHERE status = 'failed';"
                + "CREATE INDEX d ON handled_downloads (timestamp COLLATE NOCASE);",
            Tables.all.replacing("status TEXT", with: "status TEXT COLLATE NOCASE"),
            Tables.job.replacing("DATETIME", with: "TEXT").replacing("JSON", with: "TEXT").replacing(
                ");", with: ") STRICT;")
                + Tables.jobIndexes + Tables.downloads + Tables.plans,
        ])
    func shapes(_ schema: String) async throws {
        let database = try ApplicationDatabase(schema: schema)
        try FullTables.fill(database)
        let report = try await database.sweepBothWays()
        #expect(report.status == .completed)
        #expect(report.results.mapValues(\.rowsChanged) == FullTables.changes)
        #expect(try database.jobIDs == ["s1", "y1"])
        #expect(try database.downloadIDs == ["2", "3"])
        #expect(try database.planStatuses == ["1|DRAFT", "2|DRAFT", "3|DRAFT"])
        let again = try await database.sweep()
        #expect(again.results.values.allSatisfy { $0.rowsChanged == 0 })
    }

    @Test(
        "tables and columns that are called otherwise, whatever has to be quoted",
        arguments: ["%", "my %", "%\"quoted\"", "order.%", "%-2", "select", "größe %", "%'s", "a;%"])
    func names(_ pattern: String) async throws {
        func name(_ plain: String) -> String {
            pattern.contains("%") ? pattern.replacing("%", with: plain) : "\(pattern) \(plain)"
        }
        var tables = ApplicationTables()
        tables.jobs.table = name("Task")
        tables.jobs.id = name("key")
        tables.jobs.type = name("kind")
        tables.jobs.status = name("state")
        tables.jobs.progress = name("percent")
        tables.jobs.error = name("failure")
        tables.jobs.createdAt = name("born")
        tables.jobs.startedAt = name("began")
        tables.jobs.completedAt = name("ended")
        tables.jobs.updatedAt = name("seen")
        tables.downloads.table = name("Files")
        tables.downloads.id = name("number")
        tables.downloads.timestamp = name("when")
        tables.plans.table = name("group")
        tables.plans.id = name("index")
        tables.plans.status = name("values")
        tables.plans.jobID = name("from")
        tables.plans.updatedAt = name("to")
        func quoted(_ name: String) -> String { identifier(name) }
        let job = tables.jobs
        let download = tables.downloads
        let plan = tables.plans
        for indexed in [true, false] {
            let database = try ApplicationDatabase(
                schema: """
                    CREATE TABLE \(quoted(job.table)) (
                        \(quoted(job.id)) TEXT PRIMARY KEY, \(quoted(job.type)) TEXT, \(quoted(job.status)) TEXT,
                        \(quoted(job.progress)) INT, \(quoted(job.error)) TEXT, \(quoted(job.createdAt)) DATETIME,
                        \(quoted(job.startedAt)) DATETIME, \(quoted(job.completedAt)) DATETIME, \(quoted(job.updatedAt)) DATETIME);
                    CREATE TABLE \(quoted(download.table)) (\(quoted(download.id)) BIGINT PRIMARY KEY, \(quoted(download.timestamp)) DATETIME);
                    CREATE TABLE \(quoted(plan.table)) (
                        \(quoted(plan.id)) INTEGER PRIMARY KEY, \(quoted(plan.status)) TEXT, \(quoted(plan.jobID)) TEXT,
                        \(quoted(plan.updatedAt)) DATETIME);
                    """)
            if indexed {
                try database.execute(
                    """
                    CREATE INDEX \(quoted("i " + job.status)) ON \(quoted(job.table)) (\(quoted(job.status)));
                    CREATE INDEX \(quoted("i " + job.completedAt)) ON \(quoted(job.table)) (\(quoted(job.completedAt)));
                    CREATE INDEX \(quoted("i " + download.timestamp)) ON \(quoted(download.table)) (\(quoted(download.timestamp)));
                    CREATE INDEX \(quoted("i " + plan.status)) ON \(quoted(plan.table)) (\(quoted(plan.status)));
                    """)
            }
            try FullTables.fill(database, tables)
            let report = try await database.sweepBothWays(tables: tables)
            #expect(report.status == .completed)
            #expect(report.results.mapValues(\.rowsChanged) == FullTables.changes)
            #expect(try await database.store(tables).examine().filter { $0.level == .problem } == [])
        }
    }

    @Test("names are found whatever their case, as SQLite finds them")
    func letterCase() async throws {
        let database = try ApplicationDatabase()
        try FullTables.fill(database)
        var tables = ApplicationTables()
        tables.jobs.table = "JOB"
        tables.jobs.completedAt = "Completed_At"
        tables.plans.status = "STATUS"
        tables.downloads.table = "Handled_Downloads"
        let report = try await database.sweepBothWays(tables: tables)
        #expect(report.results.mapValues(\.rowsChanged) == FullTables.changes)
    }

    @Test("ids that are numbers, and rows that share one", arguments: [true, false])
    func oddIDs(_ indexed: Bool) async throws {
        let database = try ApplicationDatabase(
            schema: Tables.job.replacing("id TEXT NOT NULL PRIMARY KEY", with: "id")
                + (indexed ? Tables.jobIndexes : "") + Tables.downloads + Tables.plans)
        let old = Timestamp.ago(.days(31)).plain
        try database.execute(
            """
            INSERT INTO job (id, type, status, completed_at) VALUES
                (1, 'sync', 'failed', '\(old)'), (1, 'sync', 'failed', '\(old)'), (NULL, 'sync', 'failed', '\(old)'),
                (1.5, 'sync', 'failed', '\(old)'), (x'0AFF', 'sync', 'failed', '\(old)'), ('', 'sync', 'failed', '\(old)');
            """)
        let report = try await database.sweepBothWays([.oldJobs])
        #expect(report.rowsChanged(by: .oldJobs) == 6)
        #expect(try database.jobIDs == [])
    }

    @Test("the newest of very many unfinished cleanups is seen")
    func cleanups() async throws {
        let database = try ApplicationDatabase()
        try await database.queue.write { database in
            for index in 0..<1500 {
                try database.execute(
                    sql:
                        "INSERT INTO job (id, type, status, started_at) VALUES (?, 'cleanup', 'running', '2025-01-01 00:00:00')",
                    arguments: ["c\(index)"])
            }
        }
        try database.insertJob("young", type: "cleanup", status: "running", started: Timestamp.ago(.minutes(1)).plain)
        await #expect(throws: RunRefusal.applicationCleanup(jobID: "young")) { try await database.sweep() }
    }
}
