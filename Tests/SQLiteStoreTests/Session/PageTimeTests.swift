import Sweeping
import TestTools
import Testing

@testable import SQLiteStore

/// Whoever reads keeps the commits of a database with a rollback journal waiting, so no page is read for long.
@Suite("How long a page is read")
struct PageTimeTests {
    /// Reading one of its rows takes some milliseconds whatever the machine: the database computes a column at each look.
    private func slowDatabase(_ journal: Journal, indexed: Bool) throws -> ApplicationDatabase {
        let slow = "length(hex(zeroblob(3000000 + id)))"
        let database = try ApplicationDatabase(
            journal,
            schema: Tables.all + """
                CREATE TABLE slow (id INTEGER PRIMARY KEY, time TEXT, size INTEGER AS (\(slow)) VIRTUAL);
                \(indexed ? "CREATE INDEX slow_time ON slow (time);" : "")
                """)
        try database.execute(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
            INSERT INTO slow (id, time) SELECT i, '2025-01-01 00:00:00' FROM n
            """)
        return database
    }

    private func selection(indexed: Bool) -> Selection {
        let retention = Retention(.days(30))
        return Selection(
            label: "slow", table: "slow", key: ["id"], columns: [.time("time"), "size"],
            condition: indexed ? .isOver(.column("time"), retention, now: ApplicationDatabase.now) : .all([]))
    }

    @Test(
        "with a rollback journal a page of dear rows ends before its rows do, and the next goes on",
        arguments: [true, false])
    func short(indexed: Bool) async throws {
        let database = try slowDatabase(.delete, indexed: indexed)
        try await withSession(of: database.store(), dryRun: true, longestRead: .milliseconds(20)) { session in
            let first = try await session.page(selection(indexed: indexed), after: nil, limit: 60)
            #expect((1..<60).contains(first.rows.count), "60 rows of 6 MB of text are read in no 20 ms")
            var ids = first.rows.map { $0.row.id }
            var cursor = first.next
            while cursor != nil {
                let page = try await session.page(selection(indexed: indexed), after: cursor, limit: 60)
                ids += page.rows.map { $0.row.id }
                cursor = page.next
            }
            #expect(ids == (1...60).map(String.init))
        }
    }

    @Test("a page whose time is over has one row")
    func over() async throws {
        let database = try ApplicationDatabase(.wal)
        for index in 0..<5 { try database.insertOldJob("o\(index)") }
        try await withSession(of: database.store(), dryRun: true, longestRead: .milliseconds(20)) { session in
            let selection = Sweeps.oldJobs(before: ApplicationDatabase.now)
            let page = try await session.perform { database in
                try TableRows(selection, session.schema, session.times, session.gone, in: database)
                    .page(after: nil, limit: 5, within: .zero, in: database)
            }
            #expect(page.rows.count == 1 && page.next != nil)
        }
    }

    @Test("what shows how a column holds its times is looked for no longer")
    func samples() async throws {
        let database = try slowDatabase(.delete, indexed: false)
        try await withSession(of: database.store(), dryRun: true, longestRead: .milliseconds(20)) { session in
            let values = try await session.perform { database in
                let table = try session.schema.table("slow", in: database)
                return try ColumnSamples.read(
                    "size", of: table, form: session.schema.form, within: .milliseconds(20), in: database)
            }
            #expect(values.count < 60, "few of them")
        }
    }
}
