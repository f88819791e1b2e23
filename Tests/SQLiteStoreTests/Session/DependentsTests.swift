import GRDB
import Sweeping
import Testing

/// Rows of other tables that go with deleted ones: counted by the run as they go, and by a dry run without deleting anything.
@Suite("Rows that go along")
struct DependentsTests {
    private func database(_ more: String, _ journal: Journal) throws -> ApplicationDatabase {
        let database = try ApplicationDatabase(
            journal, schema: Tables.job + Tables.jobIndexes + Tables.downloads + Tables.plans)
        for index in 0..<40 { try database.insertOldJob("o\(index)") }
        try database.insertJob("kept", status: "completed", completed: Timestamp.ago(.days(1)).plain)
        try database.execute(more)
        return database
    }

    private static let child =
        "CREATE TABLE child (id INTEGER PRIMARY KEY, j TEXT REFERENCES job (id) ON DELETE CASCADE);"
    private static let grandchild =
        "CREATE TABLE grandchild (c INT REFERENCES child ON DELETE CASCADE, x);"
    private static let fill =
        "INSERT INTO child (j) SELECT id FROM job; INSERT INTO child (j) SELECT id FROM job; INSERT INTO child (j) VALUES (NULL);"

    /// What comes with the jobs, and how many rows go with the forty old ones.
    static let cases: [(tables: String, dependents: Int)] = [
        ("", 0),
        // Without an index: at once; with one: by SQLite's own cascade.
        (child + fill, 80),
        (child + "CREATE INDEX i ON child (j);" + fill, 80),
        (child + grandchild + fill + "INSERT INTO grandchild (c) SELECT id FROM child;", 160),
        // Two ways to the same row.
        (
            child
                + "CREATE TABLE both (j TEXT REFERENCES job ON DELETE CASCADE, c INT REFERENCES child ON DELETE CASCADE);"
                + fill
                + "INSERT INTO both SELECT j, id FROM child;", 160
        ),
        // What stays isn't counted.
        ("CREATE TABLE loose (j TEXT REFERENCES job ON DELETE SET NULL); INSERT INTO loose SELECT id FROM job;", 0),
        // A trigger's doing is seen by trying.
        (
            "CREATE TABLE note (j TEXT); CREATE TRIGGER t AFTER DELETE ON job BEGIN DELETE FROM note WHERE j = old.id; END;"
                + "INSERT INTO note SELECT id FROM job;", 40
        ),
        // Refused rows take nothing along.
        (
            child
                + "CREATE TABLE guard (j TEXT REFERENCES job ON DELETE RESTRICT); INSERT INTO guard VALUES ('o1'), ('o7');"
                + fill,
            76
        ),
    ]

    @Test("preview and run count the same, as many as are gone", arguments: cases, Journal.allCases)
    func counted(_ example: (tables: String, dependents: Int), _ journal: Journal) async throws {
        let database = try database(example.tables, journal)
        let report = try await database.sweepBothWays([.oldJobs])
        #expect(report.results[.oldJobs]?.dependents == example.dependents)
        let again = try await database.sweep([.oldJobs])
        #expect(again.results[.oldJobs]?.dependents == 0)
    }
}
