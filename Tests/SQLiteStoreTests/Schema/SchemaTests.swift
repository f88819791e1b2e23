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
            Tables.job.replacing(
                "id TEXT NOT NULL PRIMARY KEY", with: "id TEXT NOT NULL UNIQUE, rowid INT, _rowid_ INT, oid INT")
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
        var names = SettingValues()
        names[JobTable.table] = name("Task")
        names[JobTable.id] = name("key")
        names[JobTable.type] = name("kind")
        names[JobTable.status] = name("state")
        names[JobTable.progress] = name("percent")
        names[JobTable.error] = name("failure")
        names[JobTable.createdAt] = name("born")
        names[JobTable.startedAt] = name("began")
        names[JobTable.completedAt] = name("ended")
        names[JobTable.updatedAt] = name("seen")
        names[OldDownloads.table] = name("Files")
        names[OldDownloads.id] = name("number")
        names[OldDownloads.timestamp] = name("when")
        names[StuckPlans.table] = name("group")
        names[StuckPlans.id] = name("index")
        names[StuckPlans.status] = name("values")
        names[StuckPlans.jobID] = name("from")
        names[StuckPlans.updatedAt] = name("to")
        func quoted(_ name: String) -> String { identifier(name) }
        let job = JobTable(names)
        for indexed in [true, false] {
            let database = try ApplicationDatabase(
                schema: """
                    CREATE TABLE \(quoted(job.table.name)) (
                        \(quoted(job.id)) TEXT PRIMARY KEY, \(quoted(job.type)) TEXT, \(quoted(job.status)) TEXT,
                        \(quoted(job.progress)) INT, \(quoted(job.error)) TEXT, \(quoted(job.createdAt)) DATETIME,
                        \(quoted(job.startedAt)) DATETIME, \(quoted(job.completedAt)) DATETIME, \(quoted(job.updatedAt)) DATETIME);
                    CREATE TABLE \(quoted(names[OldDownloads.table])) (\(quoted(names[OldDownloads.id])) BIGINT PRIMARY KEY, \(quoted(names[OldDownloads.timestamp])) DATETIME);
                    CREATE TABLE \(quoted(names[StuckPlans.table])) (
                        \(quoted(names[StuckPlans.id])) INTEGER PRIMARY KEY, \(quoted(names[StuckPlans.status])) TEXT, \(quoted(names[StuckPlans.jobID])) TEXT,
                        \(quoted(names[StuckPlans.updatedAt])) DATETIME);
                    """)
            if indexed {
                try database.execute(
                    """
                    CREATE INDEX \(quoted("i " + job.status)) ON \(quoted(job.table.name)) (\(quoted(job.status)));
                    CREATE INDEX \(quoted("i " + job.completedAt)) ON \(quoted(job.table.name)) (\(quoted(job.completedAt)));
                    CREATE INDEX \(quoted("i " + names[OldDownloads.timestamp])) ON \(quoted(names[OldDownloads.table])) (\(quoted(names[OldDownloads.timestamp])));
                    CREATE INDEX \(quoted("i " + names[StuckPlans.status])) ON \(quoted(names[StuckPlans.table])) (\(quoted(names[StuckPlans.status])));
                    """)
            }
            try FullTables.fill(database, names)
            let report = try await database.sweepBothWays(policy: SweepPolicy(names))
            #expect(report.status == .completed)
            #expect(report.results.mapValues(\.rowsChanged) == FullTables.changes)
            #expect(try await database.examine(SweepPolicy(names)).filter { $0.level == .problem } == [])
        }
    }

    @Test("names are found whatever their case, as SQLite finds them")
    func letterCase() async throws {
        let database = try ApplicationDatabase()
        try FullTables.fill(database)
        var names = SettingValues()
        names[JobTable.table] = "JOB"
        names[JobTable.completedAt] = "Completed_At"
        names[StuckPlans.status] = "STATUS"
        names[OldDownloads.table] = "Handled_Downloads"
        let report = try await database.sweepBothWays(policy: SweepPolicy(names))
        #expect(report.results.mapValues(\.rowsChanged) == FullTables.changes)
    }

    @Test("ids that are numbers, bytes or nothing at all", arguments: [true, false])
    func oddIDs(_ indexed: Bool) async throws {
        let database = try ApplicationDatabase(
            schema: Tables.job.replacing("id TEXT NOT NULL PRIMARY KEY", with: "id UNIQUE")
                + (indexed ? Tables.jobIndexes : "") + Tables.downloads + Tables.plans)
        let old = Timestamp.ago(.days(31)).plain
        try database.execute(
            """
            INSERT INTO job (id, type, status, completed_at) VALUES
                (1, 'sync', 'failed', '\(old)'), (NULL, 'sync', 'failed', '\(old)'), (NULL, 'sync', 'failed', '\(old)'),
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
