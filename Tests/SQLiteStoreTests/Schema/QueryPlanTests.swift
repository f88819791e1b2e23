import GRDB
import Sweeping
import TestTools
import Synchronization
import Testing

@testable import SQLiteStore

/// Every statement that a session runs on the application's tables, with the plan that SQLite makes of it.
@Suite("Query plans")
struct QueryPlanTests {
    /// `statement -> plan`, each once, in the order of the first use.
    private func plans(_ database: ApplicationDatabase, dryRun: Bool = false) async throws -> [String] {
        try await allPlans(database, dryRun: dryRun).filter { !$0.hasPrefix("SAMPLE") && !Self.isLookBack($0) }
    }

    /// Whether a statement asks once more for the row that a page ended with.
    private static func isLookBack(_ plan: String) -> Bool {
        plan.contains(": row.rowid = ?") && plan.hasPrefix("SELECT")
    }

    private func allPlans(_ database: ApplicationDatabase, dryRun: Bool = false) async throws -> [String] {
        let trace = Trace()
        let statements = try await withSession(of: database.store(), dryRun: dryRun) { session in
            try await trace.attach(to: session)
            try await session.runEverything()
            return trace.all
        }
        var seen: Set<String> = []
        return try statements.filter { sql in
            Trace.isOnTables(sql) && seen.insert(sql).inserted
        }.map { sql in
            let plan = try database.queue.read { database in
                try Row.fetchAll(
                    database, sql: "EXPLAIN QUERY PLAN " + sql,
                    arguments: StatementArguments(Array(repeating: 1, count: marks(sql)))
                )
                .map { $0["detail"] as String }
            }
            return short(sql) + " -> " + plan.joined(separator: "; ")
        }
    }

    private func marks(_ sql: String) -> Int { sql.count { $0 == "?" } }

    /// What tells a statement from the others: its verb, its table, and its condition.
    private func short(_ sql: String) -> String {
        // Every comparison is by bytes.
        let text = sql.replacing("\n", with: " ").replacing("\"", with: "").replacing(" COLLATE BINARY", with: "")
        if text.hasPrefix("SELECT * FROM (SELECT ") {
            let words = text.replacing("(SELECT row.", with: "").split(separator: " ")
            return "SAMPLE \(words.first { $0.hasPrefix("row.") } ?? "")"
        }
        let words = text.split(separator: " ")
        let verb = words[0]
        let tail = text.range(of: "FROM ").map { text[$0.upperBound...] } ?? text.dropFirst(verb.count + 1)
        let first = tail.split(separator: " ")[0]
        let inner = tail.range(of: "FROM ").map { tail[$0.upperBound...].split(separator: " ")[0] } ?? ""
        // Rows of a subquery are a sample of values, or are counted.
        let table = first != "(SELECT" ? first : text.hasPrefix("SELECT count") ? inner : "sample"
        let condition = text.range(of: " WHERE ").map { text[$0.upperBound...] } ?? ""
        return "\(verb) \(table): \(condition)"
    }

    private func filled(_ schema: String) throws -> ApplicationDatabase {
        let database = try ApplicationDatabase(schema: schema)
        for index in 0..<3 {
            try database.insertOldJob("o\(index)")
            try database.insertStaleJob("s\(index)")
            try database.insertDownload(index)
            try database.insertPlan(index, jobID: "o\(index)")
        }
        try database.insertJob("z", completed: "2025-12-02T00:00:00Z")
        try database.insertJob("u", completed: "never")
        return database
    }

    private static let guards =
        "id IS ? AND type IS ? AND status IS ? AND progress IS ? AND created_at IS ? AND started_at IS ?"
        + " AND completed_at IS ? AND updated_at IS ?"

    /// The statements that go through the primary key whatever other indexes there are.
    private static let updateJob =
        "UPDATE job: rowid = ? AND \(guards) -> SEARCH job USING INTEGER PRIMARY KEY (rowid=?)"
    private static let deleteJob =
        "DELETE job: rowid = ? AND id IS ? AND type IS ? AND status IS ? AND completed_at IS ? AND updated_at IS ?"
        + " -> SEARCH job USING INTEGER PRIMARY KEY (rowid=?)"
    private static let deleteDownload =
        "DELETE handled_downloads: rowid = ? AND id IS ? AND timestamp IS ?"
        + " -> SEARCH handled_downloads USING INTEGER PRIMARY KEY (rowid=?)"
    private static let findJob =
        "SELECT job: row.id = ? LIMIT 1 -> SEARCH row USING INDEX sqlite_autoindex_job_1 (id=?)"
    private static let updatePlan =
        "UPDATE job: rowid = ? AND id IS ? AND status IS ? AND job_id IS ? AND created_at IS ? AND updated_at IS ?"
        + " AND NOT EXISTS (SELECT 1 FROM job AS other WHERE other.id = analysis_plan.job_id"
        + " AND NOT coalesce(other.status IN (?, ?, ?, ?, ?, ?, ?, ?), 0))"
        + " -> SEARCH analysis_plan USING INTEGER PRIMARY KEY (rowid=?); CORRELATED SCALAR SUBQUERY 1;"
        + " SEARCH other USING INDEX sqlite_autoindex_job_1 (id=?)"

    private static func range(_ column: String) -> String {
        "row.\(column) < ? AND (row.\(column) < ? OR substr(row.\(column), 11) GLOB '*[-+TtZz]*')"
    }

    /// The pages of old rows behind an index on their time.
    private static func rangePages(_ table: String, _ column: String, _ index: String, sorting: String = "") -> [String]
    {
        let search = "SEARCH row USING INDEX \(index)"
        return [
            "SELECT \(table): \(range(column)) ORDER BY row.\(column), row.rowid LIMIT ? -> \(search) (\(column)<?)\(sorting)",
            "SELECT \(table): row.\(column) = ? AND row.rowid > ? ORDER BY row.rowid LIMIT ?"
                + " -> \(search) (\(column)=? AND rowid>?)",
            "SELECT \(table): \(range(column)) AND row.\(column) > ? ORDER BY row.\(column), row.rowid LIMIT ?"
                + " -> \(search) (\(column)>? AND \(column)<?)\(sorting)",
            "SELECT \(table): row.\(column) >= ? ORDER BY row.\(column), row.rowid LIMIT ? -> \(search) (\(column)>?)\(sorting)",
        ]
    }

    /// The pages of a table in which no index leads to the column: bounded steps by row number.
    private static func steps(_ table: String) -> [String] {
        [
            "SELECT \(table): 1 ORDER BY row.rowid LIMIT ? -> SCAN row",
            "SELECT \(table): 1 AND row.rowid > ? ORDER BY row.rowid LIMIT ?"
                + " -> SEARCH row USING INTEGER PRIMARY KEY (rowid>?)",
        ]
    }

    @Test("with the application's indexes every statement goes through one; downloads are read in bounded steps")
    func indexed() async throws {
        let database = try filled(Tables.job + Tables.jobIndexes + Tables.downloads + Tables.plans)
        let expected =
            [
                "SELECT job: row.status = ? ORDER BY row.rowid LIMIT ? -> SEARCH row USING INDEX ix_job_status (status=?)",
                "SELECT job: row.status = ? LIMIT ?) -> CO-ROUTINE (subquery-1);"
                    + " SEARCH row USING COVERING INDEX ix_job_status (status=?); SCAN (subquery-1)",
                "SELECT job: row.status = ? ORDER BY row.rowid LIMIT ? -> SEARCH row USING INDEX ix_job_status (status=?)",
                "SELECT job: row.status = ? AND row.rowid > ? ORDER BY row.rowid LIMIT ?"
                    + " -> SEARCH row USING INDEX ix_job_status (status=? AND rowid>?)",
                Self.updateJob,
            ] + Self.rangePages("job", "completed_at", "ix_job_completed_at") + [Self.deleteJob]
            + Self.steps("handled_downloads") + [Self.deleteDownload, Self.steps("analysis_plan")[0], Self.findJob]
            + [Self.steps("analysis_plan")[1], Self.updatePlan]
        #expect(try await plans(database) == expected)
    }

    @Test(
        "indexes on the downloads' timestamp, upwards or downwards, and on the plans' status are used",
        arguments: ["", "DESC"])
    func moreIndexes(_ direction: String) async throws {
        let database = try filled(
            Tables.job + Tables.jobIndexes + Tables.downloads + Tables.plans
                + "CREATE INDEX d ON handled_downloads (timestamp \(direction)); CREATE INDEX p ON analysis_plan (status);"
        )
        let found = try await plans(database).filter { !$0.hasPrefix("SELECT job") && !$0.hasPrefix("UPDATE") }
        let sorting = direction.isEmpty ? "" : "; USE TEMP B-TREE FOR RIGHT PART OF ORDER BY"
        let expected =
            [Self.deleteJob] + Self.rangePages("handled_downloads", "timestamp", "d", sorting: sorting)
            + [
                Self.deleteDownload,
                "SELECT analysis_plan: row.status = ? ORDER BY row.rowid LIMIT ? -> SEARCH row USING INDEX p (status=?)",
                "SELECT analysis_plan: row.status = ? AND row.rowid > ? ORDER BY row.rowid LIMIT ?"
                    + " -> SEARCH row USING INDEX p (status=? AND rowid>?)",
            ]
        #expect(found == expected)
    }

    @Test("without any index every page is a bounded step by row number")
    func bare() async throws {
        let database = try filled(
            Tables.job + Tables.downloads + Tables.plans + "DROP INDEX ix_handled_downloads_job_id;")
        let expected =
            [
                Self.steps("job")[0],
                "SELECT job: 1 LIMIT ?)"
                    + " -> CO-ROUTINE (subquery-1); SCAN row USING COVERING INDEX sqlite_autoindex_job_1; SCAN (subquery-1)",
            ] + Self.steps("job")
            + [Self.updateJob] + Self.steps("job")
            + [Self.deleteJob]
            + Self.steps("handled_downloads") + [Self.deleteDownload, Self.steps("analysis_plan")[0], Self.findJob]
            + [Self.steps("analysis_plan")[1], Self.updatePlan]
        #expect(try await plans(database) == expected)
    }

    @Test("a dry run finds a download's job by its key, and asks nothing else more")
    func dryRun() async throws {
        let schema =
            Tables.job + Tables.jobIndexes
            + Tables.downloads.replacing("job_id TEXT", with: "job_id TEXT REFERENCES job (id) ON DELETE CASCADE")
            + Tables.plans
        let dry = Set(try await plans(filled(schema), dryRun: true))
        let real = Set(try await plans(filled(schema)))
        #expect(dry.subtracting(real) == [])
        #expect(dry.contains(Self.findJob))
        #expect(real.subtracting(dry).allSatisfy { $0.hasPrefix("UPDATE") || $0.hasPrefix("DELETE") })
    }

    @Test("samples of a column and the end of a page cost a bounded number of steps, with an index and without")
    func bounded() async throws {
        let indexed = try await allPlans(filled(Tables.job + Tables.jobIndexes + Tables.downloads + Tables.plans))
        let samples = indexed.filter { $0.hasPrefix("SAMPLE") }
        for column in ["created_at", "started_at", "completed_at", "updated_at"] {
            let plan = try #require(samples.first { $0.hasPrefix("SAMPLE row.\(column) ") })
            #expect(plan.ranges(of: "SEARCH row USING COVERING INDEX ix_job_\(column) (").count == 4)
        }
        // In the other tables, and here without an index, each end of the table is walked along its row numbers up to a limit.
        let bare = try await allPlans(filled(Tables.job + Tables.downloads + Tables.plans))
        let walks = bare.filter { $0.hasPrefix("SAMPLE") }
        #expect(walks.count == 7)
        #expect(
            walks.allSatisfy { plan in
                plan.hasSuffix(
                    "(subquery-2); CO-ROUTINE row; SCAN row; SCAN row; SCAN (subquery-2); UNION ALL; CO-ROUTINE (subquery-5);"
                        + " CO-ROUTINE row; SCAN row; SCAN row; SCAN (subquery-5)")
            })
        let looks = (indexed + bare).filter(Self.isLookBack)
        #expect(!looks.isEmpty)
        #expect(looks.allSatisfy { $0.hasSuffix("-> SEARCH row USING INTEGER PRIMARY KEY (rowid=?)") })
    }
}
