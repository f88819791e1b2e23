import GRDB
import RowArchive
import Sweeping
import TestTools
import Testing

@testable import SQLiteStore

extension ApplicationDatabase {
    /// Where runs of this database keep what they take away.
    var archives: ArchiveFolder { ArchiveFolder(state: folder.path) }

    /// One sweep that keeps what it takes away.
    func keepingSweep(
        _ operations: [OperationName] = SweepPolicy().operationNames, run: String = "run",
        policy: SweepPolicy = SweepPolicy(),
        limits: ArchiveWriter.Limits = .init(bytes: 1 << 30, whenFull: .goOn)
    ) async throws -> RunReport {
        let sweeper = Sweeper(store: store(), clock: ApplicationDatabase.clock(), processID: 1)
        var policy = policy
        policy.timeLimit = .hours(2)
        let request = RunRequest(runID: run, trigger: .cli, dryRun: false, operations: operations)
        let header = ArchiveHeader(runID: run, database: path, startedAt: ApplicationDatabase.now)
        let writer = ArchiveWriter(header, folder: archives.path, limits: limits)
        return try await sweeper.begin(request, policy: policy, keepingIn: { _ in writer }).execute()
    }

    func restore(
        run: String = "run", dryRun: Bool = false, only operations: [OperationName]? = nil,
        onProgress: @escaping @Sendable (RunProgress) -> Void = { _ in }
    ) async throws -> RestoreReport {
        let archive = try archives.open(run: run)
        if archive.isInDoubt {
            try await withSession(of: store(), dryRun: true) { try await archive.settle(by: $0) }
        }
        let restoration = Restoration(
            of: try archives.open(run: run), in: store(),
            RestoreRequest(id: "restore", runID: run, dryRun: dryRun, operations: operations, by: .cli),
            policy: SweepPolicy(),
            clock: ApplicationDatabase.clock(), processID: 1)
        return await restoration.execute(try await restoration.claim(), onProgress: onProgress)
    }

    /// Every row of every table, to the bit: storage classes, bytes of text, bits of reals, hidden row numbers.
    func bits() throws -> [String] {
        try queue.read { database in
            let tables = try Row.fetchAll(
                database,
                sql:
                    "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
            return try tables.flatMap { table in
                let name: String = table["name"]
                let columns = try String.fetchAll(
                    database, sql: "SELECT name FROM pragma_table_xinfo(?)", arguments: [name])
                let number = (table["wr"] as Bool) ? "0" : "rowid"
                let values = columns.map { column in
                    let column = identifier(column)
                    return """
                        CASE typeof(\(column)) WHEN 'text' THEN 't' || hex(CAST(\(column) AS BLOB)) \
                        WHEN 'blob' THEN 'b' || hex(\(column)) WHEN 'real' THEN 'r' || printf('%!.26g', \(column)) \
                        || CASE WHEN printf('%g', \(column)) LIKE '-%' THEN '-' ELSE '+' END \
                        ELSE typeof(\(column)) || ifnull(\(column), '') END
                        """
                }
                let sql =
                    "SELECT \(number) || '|' || \(values.joined(separator: " || '|' || ")) FROM \(identifier(name))"
                return try String.fetchAll(database, sql: sql).map { "\(name)|\($0)" }.sorted()
            }
        }
    }
}

@Suite("Putting back what a run took")
struct RestoreTests {
    /// Values of every kind in columns of every kind.
    private static let odd = [
        "NULL", "0", "-1", "9223372036854775807", "-9223372036854775808", "1.5", "-0.0", "9e999", "-9e999", "1e-310",
        "3.0", "''", "x''",
        "'plain'", "CAST(x'610062' AS TEXT)", "CAST(x'73E9' AS TEXT)", "'héllo'", "x'00FF00'", "'12'", "' 12 '",
        "'1e3'",
        "zeroblob(100000)", "CAST(zeroblob(20000) AS TEXT)", "'2025-01-01 00:00:00'",
    ]

    @Test(
        "every value comes back to the bit, with children at any depth, and a second time nothing happens",
        arguments: ["UTF-8", "UTF-16le", "UTF-16be"], Journal.allCases)
    func everything(encoding: String, _ journal: Journal) async throws {
        let database = try ApplicationDatabase(
            journal,
            schema: Tables.all
                + """
                CREATE TABLE odd (a, b INTEGER, c TEXT, d REAL, e BLOB, f NUMERIC, job TEXT REFERENCES job ON DELETE CASCADE);
                CREATE TABLE numbered (n INTEGER PRIMARY KEY, v, job TEXT REFERENCES job ON DELETE CASCADE);
                CREATE TABLE keyed (k TEXT, l INTEGER, v, job TEXT REFERENCES job ON DELETE CASCADE, PRIMARY KEY (k, l)) WITHOUT ROWID;
                CREATE TABLE below (n INTEGER REFERENCES numbered ON DELETE CASCADE, v);
                CREATE TABLE loose (id INTEGER PRIMARY KEY, job TEXT REFERENCES job ON DELETE SET NULL, v);
                CREATE TABLE computed (id INTEGER PRIMARY KEY, a REAL, v AS (a + 1) VIRTUAL, s AS (a + 2) STORED, z TEXT,
                    job TEXT REFERENCES job ON DELETE CASCADE);
                """, pragmas: "PRAGMA encoding = '\(encoding)'")
        try database.insertOldJob("old")
        try database.insertStaleJob("stale")
        for index in 0..<20 { try database.insertOldJob("more\(index)") }
        for (index, value) in RestoreTests.odd.enumerated() {
            try database.execute(
                """
                INSERT INTO odd VALUES (\(value), \(value), \(value), \(value), \(value), \(value), 'old');
                INSERT INTO numbered VALUES (\(index * 1000 - 5000), \(value), 'old');
                INSERT INTO keyed VALUES ('k', \(index), \(value), 'old');
                INSERT INTO below VALUES (\(index * 1000 - 5000), \(value));
                INSERT INTO loose VALUES (\(index), 'old', \(value));
                INSERT INTO computed (id, a, z, job) VALUES (\(index), \(index), \(value), 'old');
                INSERT INTO handled_downloads (id, timestamp, download_name) VALUES (\(index), '2020-01-01 00:00:00', \(value));
                """)
        }
        try database.insertPlan(1, jobID: "gone")
        let before = try database.bits()
        let report = try await database.keepingSweep()
        #expect(report.errors == [] && report.archive != nil)
        let after = try database.bits()
        #expect(after.count < before.count)

        let dry = try await database.restore(dryRun: true)
        #expect(try database.bits() == after)
        let restored = try await database.restore()
        #expect(restored.status == .completed && restored.failures == [] && restored.error == nil)
        #expect(dry.restored == restored.restored)
        #expect(try database.bits() == before)
        #expect(Set(restored.takenAgain.keys) == Set(restored.restored.keys))

        let again = try await database.restore()
        #expect(again.status == .completed && again.restored == [:] && again.present == restored.restored)
        #expect(try database.bits() == before)
    }

    @Test("a dry run says the same of a row that several transactions changed as the restore that follows it")
    func rehearsed() async throws {
        let database = try ApplicationDatabase(
            schema: Tables.all + """
                CREATE TABLE loose (id INTEGER PRIMARY KEY, job TEXT REFERENCES job ON DELETE SET NULL,
                    other TEXT REFERENCES job ON DELETE SET NULL);
                """)
        // The first of a run's batches has one row.
        for name in ["one", "two"] { try database.insertOldJob(name) }
        try database.execute("INSERT INTO loose VALUES (1, 'one', 'two'), (2, 'two', 'one'), (3, 'one', 'one')")
        let before = try database.bits()
        #expect(try await database.keepingSweep([.oldJobs]).results[.oldJobs]?.rowsChanged == 2)
        #expect(try database.archives.open(run: "run").unitCount > 2)
        let foreseen = try await database.restore(dryRun: true)
        let report = try await database.restore()
        #expect(foreseen.obstacles.isEmpty && foreseen.status == .completed)
        #expect(foreseen.restored == report.restored)
        #expect(try database.bits() == before)
    }

    @Test("a column that was added later has its default, and a NULL that was written stays one")
    func added() async throws {
        let database = try ApplicationDatabase()
        try database.insertOldJob("o1")
        try database.execute(
            """
            ALTER TABLE job ADD COLUMN priority INTEGER DEFAULT 7;
            ALTER TABLE job ADD COLUMN label TEXT DEFAULT 'x';
            ALTER TABLE job ADD COLUMN weight REAL NOT NULL DEFAULT 2;
            """)
        try database.insertOldJob("o2")
        try database.execute("UPDATE job SET priority = NULL, label = NULL WHERE id = 'o2'")
        let before = try database.bits()
        _ = try await database.keepingSweep([.oldJobs])
        #expect(try database.jobIDs == [])
        #expect(try await database.restore().status == .completed)
        #expect(try database.bits() == before)
    }

    @Test("what the application did meanwhile is left alone, and told")
    func meanwhile() async throws {
        let database = try ApplicationDatabase(
            schema: Tables.all
                + "CREATE TABLE note (id INTEGER PRIMARY KEY, job TEXT REFERENCES job ON DELETE CASCADE);")
        for id in ["o1", "o2", "o3", "o4"] { try database.insertOldJob(id) }
        for id in ["s1", "s2", "s3"] { try database.insertStaleJob(id) }
        try database.execute("INSERT INTO note VALUES (1, 'o1'), (4, 'o4')")
        _ = try await database.keepingSweep()
        try database.insertJob("o1", status: "pending")
        try database.execute(
            """
            UPDATE job SET error = 'mine' WHERE id = 's1'; DELETE FROM job WHERE id = 's2';
            INSERT INTO note VALUES (4, NULL);
            """)
        let report = try await database.restore()
        #expect(report.status == .completedWithErrors)
        #expect(report.restored == ["stale_jobs": 1, "old_jobs": 3])
        // The first note belonged to another job than the one that has its key now.
        #expect(report.obstacles == [.taken: 2, .changed: 1, .gone: 1, .orphan: 1])
        #expect(
            Set(report.failures.map { "\($0.operation) \($0.row) \($0.obstacle)" }) == [
                "old_jobs job o1 taken", "old_jobs note 1 orphan", "old_jobs note 4 taken",
                "stale_jobs job s1 changed", "stale_jobs job s2 gone",
            ])
        #expect(try database.rows("SELECT status FROM job WHERE id = 'o1'") == ["pending"])
        #expect(try database.rows("SELECT id, job FROM note ORDER BY id") == ["4|-"])
        #expect(try database.rows("SELECT status FROM job WHERE id = 's3'") == ["running"])
    }

    @Test("a parent that is gone is told of, and the rest comes back")
    func orphans() async throws {
        let database = try ApplicationDatabase(
            schema: Tables.all
                + "ALTER TABLE handled_downloads ADD COLUMN plan INTEGER REFERENCES analysis_plan ON DELETE SET NULL;")
        try database.insertPlan(1, status: "DRAFT")
        try database.insertPlan(2, status: "DRAFT")
        try database.insertDownload(1)
        try database.insertDownload(2)
        try database.execute("UPDATE handled_downloads SET plan = id")
        _ = try await database.keepingSweep([.oldDownloads])
        try database.execute("DELETE FROM analysis_plan WHERE id = 1")
        let report = try await database.restore()
        #expect(report.obstacles == [.orphan: 1] && report.restored == ["old_downloads": 1])
        #expect(try database.downloadIDs == ["2"])
    }

    @Test("only what was asked for comes back")
    func only() async throws {
        let database = try ApplicationDatabase()
        try database.insertOldJob("o1")
        try database.insertDownload(1)
        _ = try await database.keepingSweep()
        #expect(try await database.restore(only: [.oldDownloads]).restored == ["old_downloads": 1])
        #expect(try database.jobIDs == [] && database.downloadIDs == ["1"])
    }

    @Test("an archive that is full ends the run, or its own part in it", arguments: ArchiveWriter.WhenFull.allCases)
    func full(_ whenFull: ArchiveWriter.WhenFull) async throws {
        let database = try ApplicationDatabase()
        for index in 0..<50 {
            try database.insertDownload(index)
            try database.execute(
                "UPDATE handled_downloads SET download_name = hex(randomblob(2000)) WHERE id = \(index)")
        }
        let report = try await database.keepingSweep(
            [.oldDownloads], limits: .init(bytes: 40_000, whenFull: whenFull))
        #expect(report.archive != nil && report.errors.count >= 1)
        let archive = try database.archives.open(run: "run")
        #expect(archive.rows > 0 && archive.rows < 50 && !archive.hasTail)
        let left = try database.downloadIDs.count
        switch whenFull {
        case .goOn: #expect(left == 0 && report.status == .completedWithErrors)
        case .stop: #expect(left == 50 - archive.rows && report.status == .failed)
        }
        #expect(report.errors.contains { $0.message.contains("archive.max_size") })
        #expect(try await database.restore().restoredRows == archive.rows)
    }
}
