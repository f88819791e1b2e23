import Sweeping
import Testing

@testable import SQLiteStore

@Suite("Written timestamps")
struct TimestampStyleTests {
    /// A value of the column, and `now` as the column then gets it.
    static let styles: [(value: String, written: String)] = [
        ("2026-01-02 10:00:00.123456", "2026-01-02 12:00:00.000000"),
        ("2026-01-02 10:00:00", "2026-01-02 12:00:00"),
        ("2026-01-02T10:00:00", "2026-01-02T12:00:00"),
        ("2026-01-02t10:00:00", "2026-01-02t12:00:00"),
        ("2026-01-02T10:00:00Z", "2026-01-02T12:00:00Z"),
        ("2026-01-02T10:00:00z", "2026-01-02T12:00:00z"),
        ("2026-01-02T10:00:00.123Z", "2026-01-02T12:00:00.000Z"),
        ("2026-01-02T10:00:00.1Z", "2026-01-02T12:00:00.0Z"),
        ("2026-01-02T10:00:00,123Z", "2026-01-02T12:00:00,000Z"),
        ("2026-01-02T10:00:00.123456789Z", "2026-01-02T12:00:00.000000000Z"),
        ("2026-01-02T10:00:00+00:00", "2026-01-02T12:00:00+00:00"),
        ("2026-01-02 10:00:00.5+02:00", "2026-01-02 14:00:00.0+02:00"),
        ("2026-01-02 10:00:00 +02:00", "2026-01-02 14:00:00 +02:00"),
        ("2026-01-02 10:00:00-0530", "2026-01-02 06:30:00-0530"),
        ("2026-01-02 10:00:00+13", "2026-01-03 01:00:00+13"),
        ("2026-01-02T00:00:00-09:30", "2026-01-02T02:30:00-09:30"),
        ("2026-01-02", "2026-01-02"), ("2026-01-02 10:00", "2026-01-02 12:00"),
        ("2026-01-02T10:00Z", "2026-01-02T12:00Z"), ("2026-01-02 10:00+02:00", "2026-01-02 14:00+02:00"),
    ]

    @Test("what jobsweep writes has the form of the column's own values", arguments: styles)
    func style(_ value: String, _ written: String) async throws {
        #expect(TimestampStyle(of: value)?.text(ApplicationDatabase.now, in: .utc) == written)
        let database = try ApplicationDatabase()
        try database.insertJob("done", completed: value, updated: value)
        try database.insertJob("stale", status: "running", started: "2026-01-01 00:00:00")
        try database.insertPlan(1, jobID: "done")
        try database.execute("UPDATE analysis_plan SET updated_at = '\(value)'")
        _ = try await database.sweep()
        #expect(
            try database.rows("SELECT completed_at, updated_at FROM job WHERE id = 'stale'") == [
                "\(written)|\(written)"
            ])
        #expect(try database.rows("SELECT status, updated_at FROM analysis_plan") == ["DRAFT|\(written)"])
    }

    @Test("digits are cut off, not rounded, and read back no later than now")
    func cutting() throws {
        let instant = Timestamp(microseconds: ApplicationDatabase.now.microseconds + 987_654)
        let style = try #require(TimestampStyle(of: "2026-01-02 10:00:00.12"))
        #expect(style.text(instant, in: .utc) == "2026-01-02 12:00:00.98")
    }

    @Test(
        "a value that can't be read is no example", arguments: ["yesterday", "", "2026-02-30", "2026-01-02 10:00:00\0"])
    func noStyle(_ value: String) {
        #expect(TimestampStyle(of: value) == nil)
    }

    @Test("most of the column's latest values decide: one without a fraction among many with one changes nothing")
    func majority() async throws {
        let database = try ApplicationDatabase()
        for index in 0..<9 { try database.insertJob("a\(index)", completed: "2026-01-02 10:00:0\(index).123456") }
        try database.insertJob("b", completed: "2026-01-02 11:00:00")
        // Fewer than fifty in all: for those a look has patience on a busy machine.
        for index in 0..<30 { try database.insertJob("c\(index)", completed: "2025-12-20T10:00:00Z") }
        try database.insertJob("x", completed: "not a time")
        try database.insertStaleJob("stale")
        _ = try await database.sweep([.staleJobs])
        #expect(try database.strings("SELECT completed_at FROM job WHERE id = 'stale'") == ["2026-01-02T12:00:00Z"])
        try database.execute("DELETE FROM job WHERE id LIKE 'c%'")
        try database.insertStaleJob("stale2")
        _ = try await database.sweep([.staleJobs])
        #expect(
            try database.strings("SELECT completed_at FROM job WHERE id = 'stale2'") == ["2026-01-02 12:00:00.000000"])
    }

    @Test(
        "a column without values takes the form of the jobs' other columns, without an index too",
        arguments: [true, false])
    func relatives(_ indexed: Bool) async throws {
        let database = try ApplicationDatabase(
            schema: Tables.job + (indexed ? Tables.jobIndexes : "") + Tables.downloads + Tables.plans)
        try database.insertJob("stale", status: "running", started: "2026-01-01T00:00:00.000Z")
        try database.execute("INSERT INTO analysis_plan (id, status) VALUES (1, 'PENDING')")
        _ = try await database.sweep()
        let written = "2026-01-02T12:00:00.000Z"
        #expect(try database.rows("SELECT completed_at, updated_at FROM job") == ["\(written)|\(written)"])
        #expect(try database.strings("SELECT updated_at FROM analysis_plan") == [written])
    }

    @Test("where nothing shows the form, it is the application's known one")
    func fallback() async throws {
        let database = try ApplicationDatabase()
        try database.execute("INSERT INTO analysis_plan (id, status) VALUES (1, 'PENDING')")
        _ = try await database.sweep()
        #expect(try database.strings("SELECT updated_at FROM analysis_plan") == ["2026-01-02 12:00:00.000000"])
    }

    /// The latest value of a column of numbers, and `now` as the column then gets it.
    static let numbers: [(value: String, written: String)] = [
        ("1767355200", "1767355200"), ("1767355200.25", "1767355200"), ("1767355200123", "1767355200000"),
        ("1767355200123456", "1767355200000000"),
    ]

    @Test("a column of numbers of one unit gets such a number", arguments: numbers)
    func numberStyle(_ value: String, _ written: String) async throws {
        let database = try ApplicationDatabase()
        try database.execute(
            """
            INSERT INTO analysis_plan (id, status, updated_at) VALUES (1, 'DRAFT', \(value)), (2, 'DRAFT', 0), (3, 'PENDING', NULL)
            """)
        _ = try await database.sweepBothWays([.stuckPlans])
        #expect(try database.rows("SELECT updated_at FROM analysis_plan WHERE id = 3") == [written])
    }

    @Test(
        "a column of numbers that are no times is none to write into: the operation fails and says so, in a dry run as well",
        arguments: ["17", "1767355200, 1767355200000"])
    func foreignValues(_ values: String) async throws {
        let database = try ApplicationDatabase()
        for (index, value) in values.split(separator: ", ").enumerated() {
            try database.execute(
                "INSERT INTO analysis_plan (id, status, updated_at) VALUES (\(index + 2), 'DRAFT', \(value))")
        }
        try database.execute("INSERT INTO analysis_plan (id, status) VALUES (1, 'PENDING')")
        let report = try await database.sweepBothWays([.stuckPlans])
        let last = values.split(separator: ", ").last ?? ""
        #expect(
            report.errors == [
                RunError(
                    operation: .stuckPlans,
                    message: "analysis_plan.updated_at holds values that are no timestamps (\(last)):"
                        + " jobsweep doesn't know how to write one there")
            ])
        #expect(try database.planStatuses.first == "1|PENDING")
    }
}
