import GRDB
import GRDBSQLite
import Sweeping
import TestTools
import Synchronization
import Testing

@testable import SQLiteStore

/// What goes with deleted jobs through keys that no index serves.
@Suite("Child rows without an index")
struct ChildRowsTests {
    /// Tables that hang off the jobs, how to fill them, and whether a batch deletes their rows at once.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let tables: String
        let insert: String
        /// Fills further tables. No trigger does, since that alone rules the new way out.
        let fill: String
        let isAtOnce: Bool

        init(
            _ name: String, atOnce: Bool, _ tables: String, insert: String = "INSERT INTO note (job_id) VALUES (?)",
            fill: String = ""
        ) {
            testDescription = name
            self.tables = tables
            self.insert = insert
            self.fill = fill
            isAtOnce = atOnce
        }
    }

    private static let note = "CREATE TABLE note (job_id TEXT REFERENCES job (id) ON DELETE CASCADE);"

    static let cases = [
        Case("a plain child", atOnce: true, note),
        Case(
            "a key that names no column", atOnce: true,
            "CREATE TABLE note (n INTEGER PRIMARY KEY, job_id VARCHAR(36) REFERENCES job ON DELETE CASCADE);"),
        Case(
            "one child with an index and one without", atOnce: true,
            note
                + "CREATE TABLE more (job_id TEXT REFERENCES job (id) ON DELETE CASCADE); CREATE INDEX m ON more (job_id);"
                + "INSERT INTO more SELECT id FROM job;"
                + "CREATE TABLE unrelated (note_id TEXT);"),
        Case(
            "two keys in one child", atOnce: true,
            """
            CREATE TABLE note (job_id TEXT REFERENCES job (id) ON DELETE CASCADE, other TEXT REFERENCES job (id) ON DELETE CASCADE);
            CREATE INDEX o ON note (other);
            """, insert: "INSERT INTO note VALUES (?, 'o7')"),
        Case(
            "a child without row numbers", atOnce: true,
            """
            CREATE TABLE note (n TEXT, job_id TEXT REFERENCES job (id) ON DELETE CASCADE, PRIMARY KEY (n)) WITHOUT ROWID;
            """, insert: "INSERT INTO note VALUES (hex(randomblob(8)), ?)"),
        Case(
            "a child whose columns took the row number's names", atOnce: true,
            """
            CREATE TABLE note (rowid TEXT, _rowid_ TEXT, oid TEXT, job_id TEXT REFERENCES job (id) ON DELETE CASCADE);
            """),
        Case(
            "names that need quoting", atOnce: true,
            #"CREATE TABLE "a ""note" ("job ""id" TEXT REFERENCES job (id) ON DELETE CASCADE);"#,
            insert: #"INSERT INTO "a ""note" VALUES (?)"#),
        Case(
            "a column of another affinity", atOnce: false,
            "CREATE TABLE note (job_id INTEGER REFERENCES job (id) ON DELETE CASCADE);"),
        Case(
            "a column that doesn't mind the case", atOnce: false,
            "CREATE TABLE note (job_id TEXT COLLATE NOCASE REFERENCES job (id) ON DELETE CASCADE);"),
        Case(
            "a grandchild", atOnce: false,
            """
            CREATE TABLE note (n INTEGER PRIMARY KEY, job_id TEXT REFERENCES job (id) ON DELETE CASCADE);
            CREATE TABLE leaf (note_n INTEGER REFERENCES note (n) ON DELETE CASCADE);
            """, fill: "INSERT INTO leaf SELECT n FROM note"),
        Case(
            "another key that sets NULL", atOnce: false,
            note + "CREATE TABLE loose (job_id TEXT REFERENCES job (id) ON DELETE SET NULL);",
            fill: "INSERT INTO loose SELECT job_id FROM note"),
        Case(
            "a trigger on the child", atOnce: false,
            note + "CREATE TABLE gone (id TEXT);"
                + "CREATE TRIGGER t AFTER DELETE ON note BEGIN INSERT INTO gone VALUES (OLD.job_id); END;"),
        Case(
            "a key of two columns", atOnce: false,
            note + "CREATE UNIQUE INDEX u ON job (id, type);"
                + """
                CREATE TABLE pair (job_id TEXT, type TEXT, FOREIGN KEY (job_id, type) REFERENCES job (id, type) ON DELETE CASCADE);
                """, fill: "INSERT INTO pair SELECT job_id, iif(rowid % 3, 'sync', 'export') FROM note"),
        Case(
            "another key onto another column", atOnce: false,
            note + "CREATE UNIQUE INDEX e ON job (error);"
                + "CREATE TABLE other (error TEXT REFERENCES job (error) ON DELETE CASCADE);",
            fill: "UPDATE job SET error = 'error of ' || id; INSERT INTO other SELECT error FROM job"),
        Case(
            "jobs that go with other jobs", atOnce: false,
            note + "ALTER TABLE job ADD COLUMN parent TEXT REFERENCES job (id) ON DELETE CASCADE;"
                + "UPDATE job SET parent = 'o7' WHERE id IN ('o8', 'y1');"),
    ]

    /// Old jobs `o0` to `o39` and young jobs `y0` to `y9`, the case's tables, and rows of all kinds in them.
    private func database(_ tables: String, insert: String, fill: String = "", _ journal: Journal = .wal) throws
        -> ApplicationDatabase
    {
        let database = try ApplicationDatabase(journal, schema: Tables.job + Tables.jobIndexes)
        for index in 0..<40 { try database.insertOldJob("o\(index)") }
        for index in 0..<10 { try database.insertJob("y\(index)", completed: Timestamp.ago(.days(1)).plain) }
        try database.execute("PRAGMA foreign_keys = OFF; \(tables)")
        try database.queue.writeWithoutTransaction { database in
            let references = (0..<120).map { $0 % 4 == 0 ? "y\($0 % 10)" : "o\($0 * 7 % 40)" }
            for reference in references { try database.execute(sql: insert, arguments: [reference]) }
            for odd: (any DatabaseValueConvertible)? in [nil, "O1", "o1 ", "missing", 17] {
                try database.execute(sql: insert, arguments: [odd])
            }
            try database.execute(sql: fill)
        }
        return database
    }

    @Test("SQLite's own cascade would have done the same", arguments: cases, Journal.allCases)
    func same(_ example: Case, _ journal: Journal) async throws {
        let database = try database(example.tables, insert: example.insert, fill: example.fill, journal)
        let copy = database.folder("copy.db")
        try database.execute("VACUUM INTO '\(copy)'")
        try await withSession(of: database.store()) { session in
            #expect(try await (session.children != nil) == example.isAtOnce)
            try await session.deleteAllOldJobs()
            #expect(try await session.hasForeignKeys)
        }
        try compare(database, with: copy)
    }

    /// Deletes the jobs that are gone from the copy of what was there before, and looks for differences.
    private func compare(_ database: ApplicationDatabase, with copy: String) throws {
        let left = try database.jobIDs.map { "'\($0)'" }.joined(separator: ",")
        let oracle = try DatabaseQueue(path: copy)
        try oracle.write { try $0.execute(sql: "DELETE FROM job WHERE id NOT IN (\(left))") }
        for table in try oracle.tables {
            #expect(try database.queue.sorted(table) == oracle.sorted(table), "\(table)")
        }
        #expect(try database.jobIDs.count < 12)
    }

    @Test("a batch reads the child once, and not once for each job")
    func steps() async throws {
        let database = try database(
            ChildRowsTests.note, insert: "INSERT INTO note (job_id) VALUES (?)")
        try await database.queue.write { database in
            for _ in 0..<3000 { try database.execute(sql: "INSERT INTO note VALUES ('y1')") }
        }
        let counter = StepCounter()
        try await withSession(of: database.store()) { session in
            let rows = try await session.finishedJobs(before: .ago(.days(30)), after: nil, limit: 100).rows
            try await counter.attach(to: session)
            #expect(try await session.deleteJobs(rows.map(\.key)).rows.count == 40)
        }
        // A row that is looked at takes a handful of the virtual machine's steps; forty times as many would be over 300,000.
        #expect(counter.steps < 60_000)
    }

    @Test("a job that isn't deleted keeps its rows")
    func changedJob() async throws {
        let database = try database(ChildRowsTests.note, insert: "INSERT INTO note (job_id) VALUES (?)")
        let before = try database.rows("SELECT count(*) FROM note WHERE job_id = 'o7'")
        try await withSession(of: database.store()) { session in
            let rows = try await session.finishedJobs(before: .ago(.days(30)), after: nil, limit: 100).rows
            try database.execute("UPDATE job SET updated_at = 'now' WHERE id = 'o7'")
            #expect(try await session.deleteJobs(rows.map(\.key)).rows.count { $0 == .done } == 39)
        }
        #expect(try database.jobIDs.contains("o7"))
        #expect(try database.rows("SELECT count(*) FROM note WHERE job_id = 'o7'") == before)
        #expect(try database.rows("SELECT count(*) FROM note WHERE job_id GLOB 'o?' AND job_id <> 'o7'") == ["0"])
    }

    @Test("a table that the application adds in the middle of a run leaves no orphans")
    func migration() async throws {
        let database = try database(ChildRowsTests.note, insert: "INSERT INTO note (job_id) VALUES (?)")
        try database.execute("DELETE FROM note WHERE job_id NOT IN (SELECT id FROM job)")
        try await withSession(of: database.store()) { session in
            let rows = try await session.finishedJobs(before: .ago(.days(30)), after: nil, limit: 100).rows
            #expect(try await session.deleteJobs(rows.prefix(5).map(\.key)).rows.count == 5)
            try database.execute(
                """
                CREATE TABLE late (job_id TEXT REFERENCES job (id) ON DELETE CASCADE);
                INSERT INTO late SELECT id FROM job;
                """)
            let outcome = try await session.deleteJobs(rows.dropFirst(5).map(\.key))
            #expect(outcome.rows == Array(repeating: .done, count: 35))
            #expect(try await session.hasForeignKeys)
            #expect(try await session.children?.unlessOutdated == nil)
        }
        #expect(try database.rows("PRAGMA foreign_key_check") == [])
        #expect(try database.rows("SELECT count(*) FROM late") == ["10"])
    }

    @Test("after a batch that couldn't have the lock, nothing is done and foreign keys count again")
    func locked() async throws {
        let database = try database(ChildRowsTests.note, insert: "INSERT INTO note (job_id) VALUES (?)")
        let before = try database.dump()
        try await withSession(of: database.store(), busyTimeout: .milliseconds(20)) { session in
            let rows = try await session.finishedJobs(before: .ago(.days(30)), after: nil, limit: 100).rows
            let lock = try WriteLock(database.path)
            await #expect(throws: StoreError.self) { try await session.deleteJobs(rows.map(\.key)) }
            #expect(try await session.hasForeignKeys)
            #expect(try database.dump() == before)
            lock.release()
            #expect(try await session.deleteJobs(rows.map(\.key)).rows.count == 40)
        }
    }

    @Test("where nobody else writes, the child is read before the lock is taken; where somebody does, with it")
    func foresight() async throws {
        let database = try database(ChildRowsTests.note, insert: "INSERT INTO note (job_id) VALUES (?)")
        let trace = Trace()
        try await withSession(of: database.store()) { session in
            try await trace.attach(to: session)
            let children = try #require(await session.children)
            let ids: [Value] = ["o7", "o9"]
            for isDisturbed in [false, true, false] {
                let known = try #require(
                    try await session.perform { try children.foresee(ids, in: $0) })
                if isDisturbed { try database.execute("INSERT INTO note VALUES ('o7')") }
                try await session.perform { database in
                    try database.inTransaction(.immediate) {
                        _ = try children.delete(with: ids, known, in: database)
                        return .commit
                    }
                }
                let searches = trace.all.filter { $0.contains(" IN ") }
                #expect(searches.count == (isDisturbed ? 2 : 1))
                #expect(try database.rows("SELECT * FROM note WHERE job_id IN ('o7', 'o9')") == [])
                trace.clear()
                try database.execute("INSERT INTO note VALUES ('o7'), ('o9')")
                // A look that was for nothing costs the next one.
                if isDisturbed {
                    let next = try await session.perform { try children.foresee(ids, in: $0) != nil }
                    #expect(!next)
                }
            }
        }
    }

    @Test("more jobs than one statement takes")
    func manyJobs() async throws {
        let database = try database(ChildRowsTests.note, insert: "INSERT INTO note (job_id) VALUES (?)")
        try await withSession(of: database.store()) { session in
            try await session.perform { _ = sqlite3_limit($0.sqliteConnection, SQLITE_LIMIT_VARIABLE_NUMBER, 18) }
            try await session.deleteAllOldJobs()
        }
        #expect(try database.rows("SELECT count(*) FROM note WHERE job_id GLOB 'o[0-9]*' AND job_id <> 'o1 '") == ["0"])
    }

}

/// Counts the steps of SQLite's virtual machine on a session's connection.
private final class StepCounter: Sendable {
    private let hundreds = Atomic(0)

    var steps: Int { hundreds.load(ordering: .relaxed) * 100 }

    /// The counter must live as long as the session.
    func attach(to session: SQLiteSession) async throws {
        try await session.perform { database in
            sqlite3_progress_handler(
                database.sqliteConnection, 100,
                { counter in
                    guard let counter else { return 0 }
                    Unmanaged<StepCounter>.fromOpaque(counter).takeUnretainedValue().hundreds.add(
                        1, ordering: .relaxed)
                    return 0
                }, Unmanaged.passUnretained(self).toOpaque())
        }
    }
}

extension SQLiteSession {
    fileprivate func deleteAllOldJobs() async throws {
        let rows = try await finishedJobs(before: .ago(.days(30)), after: nil, limit: 100).rows
        _ = try await deleteJobs(rows.map(\.key))
    }

    fileprivate var hasForeignKeys: Bool {
        get async throws { try await perform { try Bool.fetchOne($0, sql: "PRAGMA foreign_keys") } == true }
    }
}

extension DatabaseQueue {
    fileprivate var tables: [String] {
        get throws { try read { try String.fetchAll($0, sql: "SELECT name FROM sqlite_master WHERE type = 'table'") } }
    }

    fileprivate func sorted(_ table: String) throws -> [String] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM \(identifier(table))").map(\.description).sorted()
        }
    }
}
