import GRDB
import Sweeping
import Testing

@testable import SQLiteStore

/// Tables that hang together at random, with triggers and refusals: whatever goes with whatever, a preview and the run agree, all that
/// goes is counted once, and no active job goes.
@Suite("Families: any keys, any triggers")
struct FamilyPropertyTests {
    struct Draw {
        var random: SeededGenerator

        init(seed: UInt64) { random = SeededGenerator(seed: seed) }

        fileprivate mutating func oneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }

        fileprivate mutating func pick(_ list: [String]) -> String { list.randomElement(using: &random) ?? "" }

        fileprivate mutating func number(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

        /// A column that refers to something, if it does.
        fileprivate mutating func key(_ table: String, _ actions: [String]) -> String {
            oneIn(3) ? "" : " REFERENCES \(table) ON DELETE \(pick(actions))"
        }

        mutating func schema() -> String {
            let any = ["CASCADE", "CASCADE", "SET NULL", "RESTRICT", "NO ACTION DEFERRABLE INITIALLY DEFERRED"]
            let mostly = ["CASCADE", "CASCADE", "CASCADE", "SET NULL"]
            var sql = """
                CREATE TABLE job (id TEXT PRIMARY KEY, type TEXT, status TEXT, progress INTEGER, error TEXT,
                    started_at TEXT, completed_at TEXT, created_at TEXT, updated_at TEXT,
                    parent TEXT\(key("job", any)), link INTEGER\(key("middle", mostly)));
                CREATE TABLE middle (n INTEGER PRIMARY KEY, job TEXT\(key("job", mostly)), other TEXT\(key("job", mostly)));
                CREATE TABLE leaf (n INTEGER, middle INTEGER\(key("middle", mostly)), job TEXT\(key("job", mostly)));
                CREATE TABLE handled_downloads (id INTEGER PRIMARY KEY, timestamp TEXT, middle INTEGER\(key("middle", mostly)));
                CREATE TABLE analysis_plan (id INTEGER PRIMARY KEY, status TEXT, job_id TEXT\(key("job", mostly)), updated_at TEXT);
                CREATE TABLE note (job TEXT);
                """
            if oneIn(3) { sql += "CREATE UNIQUE INDEX one ON analysis_plan (id % 13) WHERE status = 'DRAFT';" }
            if oneIn(3) { sql += "CREATE INDEX parents ON job (parent); CREATE INDEX ended ON job (completed_at);" }
            if oneIn(4) {
                sql += "CREATE TRIGGER notes AFTER DELETE ON job BEGIN DELETE FROM note WHERE job = old.id; END;"
            }
            if oneIn(4) {
                sql += """
                    CREATE TRIGGER more AFTER DELETE ON job WHEN old.id LIKE '%3' BEGIN
                    DELETE FROM job WHERE id LIKE '%5' AND status = 'completed'
                    AND id NOT IN (SELECT parent FROM job WHERE parent NOTNULL UNION SELECT job FROM middle
                    UNION SELECT other FROM middle WHERE other NOTNULL); END;
                    """
            }
            if oneIn(4) {
                sql += """
                    CREATE TRIGGER keep BEFORE DELETE ON job WHEN old.id LIKE '%7' BEGIN SELECT RAISE(ABORT, 'no'); END;
                    """
            }
            return sql
        }

        mutating func inserts() -> [String] {
            func ago(_ days: Int, _ hours: Int = 0) -> String {
                (ApplicationDatabase.now - .days(days) - .hours(hours)).plain
            }
            var inserts: [String] = []
            let jobs = 30
            for job in 0..<jobs {
                let status = pick(["completed", "completed", "completed", "FAILED", "cancelled", "running", "PENDING"])
                let isActive = ["running", "PENDING"].contains(status)
                let ended = isActive ? "NULL" : "'\(ago(10 + number(60)))'"
                // Some have died, the others are touched just now.
                let touched = isActive && !oneIn(3) ? ago(0) : ago(2)
                let parent = oneIn(2) && job > 0 ? "'j\(number(jobs))'" : "NULL"
                inserts.append(
                    """
                    INSERT INTO job VALUES ('j\(job)', 'sync', '\(status)', 10, NULL, '\(touched)', \(ended), '\(touched)',
                    '\(touched)', \(parent), \(oneIn(5) ? "\(number(20))" : "NULL"))
                    """)
                inserts.append("INSERT INTO note VALUES ('j\(job)')")
            }
            for row in 0..<20 {
                inserts.append(
                    "INSERT INTO middle VALUES (\(row), 'j\(number(jobs))', \(oneIn(2) ? "'j\(number(jobs))'" : "NULL"))"
                )
                inserts.append("INSERT INTO leaf VALUES (\(row), \(number(20)), 'j\(number(jobs))')")
                inserts.append(
                    "INSERT INTO handled_downloads VALUES (\(row), '\(ago(10 + number(10)))', \(number(20)))")
                inserts.append(
                    """
                    INSERT INTO analysis_plan VALUES (\(row), 'PENDING', \(oneIn(3) ? "NULL" : "'j\(number(jobs))'"), '\(ago(1))')
                    """)
            }
            return inserts
        }
    }

    private static let tables = ["job", "middle", "leaf", "handled_downloads", "analysis_plan", "note"]

    @Test("a preview says what a run does, and what goes is counted", arguments: 0..<8 as Range<UInt64>)
    func agreement(_ part: UInt64) async throws {
        var dependents = 0
        var referenced = 0
        var refused = 0
        // Where a batch ends decides which rows meet in second tries, and what is done again of a rehearsal how many a dry run finds; here
        // the clock ends neither.
        var policy = SweepPolicy()
        policy.pacing.lockTarget = .seconds(60)
        for seed in part * 8..<(part + 1) * 8 {
            var draw = Draw(seed: seed)
            let database = try ApplicationDatabase(seed % 5 == 0 ? .delete : .wal, schema: draw.schema())
            try await database.queue.writeWithoutTransaction { [inserts = draw.inserts()] database in
                // Keys that lead nowhere are among what applications have.
                try database.execute(sql: "PRAGMA foreign_keys = OFF; BEGIN")
                for insert in inserts { try database.execute(sql: insert) }
                try database.execute(sql: "COMMIT; PRAGMA foreign_keys = ON")
            }
            let script = try database.dump()
            func count() throws -> Int {
                try FamilyPropertyTests.tables.reduce(0) { try $0 + database.rows("SELECT 1 FROM \($1)").count }
            }
            let live =
                "SELECT id FROM job WHERE status IN ('running', 'PENDING') AND updated_at > '2026-01-02' ORDER BY id"
            let active = try database.rows(live)
            let before = try count()
            let dry = withoutJobs(try await database.sweep(dryRun: true, policy: policy))
            #expect(try database.dump() == script, "seed \(seed)")
            let real = withoutJobs(try await database.sweep(policy: policy))
            #expect(Numbers(dry) == Numbers(real), "seed \(seed)")
            #expect(along(dry) == along(real), "seed \(seed)")
            #expect(try database.rows(live) == active, "seed \(seed)")
            let deleted = real.rowsChanged(by: .oldJobs) + real.rowsChanged(by: .oldDownloads)
            #expect(try before - count() == deleted + along(real).values.reduce(0, +), "seed \(seed)")
            let again = try await database.sweep(policy: policy)
            #expect(again.results.values.allSatisfy { $0.rowsChanged == 0 }, "seed \(seed)")
            dependents += along(real).values.reduce(0, +)
            referenced += real.results[.oldJobs]?.skipped[.referenced] ?? 0
            refused += real.errors.count
        }
        // Otherwise the draws would say nothing.
        #expect(dependents > 50 && referenced > 0 && refused > 0)
    }

    /// A plan's job may have gone before the plan is refused; a dry run still names it.
    private func withoutJobs(_ report: RunReport) -> RunReport {
        var report = report
        for index in report.errors.indices { report.errors[index].jobID = nil }
        return report
    }

    private func along(_ report: RunReport) -> [OperationName: Int] { report.results.mapValues(\.dependents) }
}
