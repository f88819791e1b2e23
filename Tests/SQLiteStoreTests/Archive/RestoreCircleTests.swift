import Sweeping
import Testing

@testable import SQLiteStore

/// Rows that refer to each other: none can be put back before the others.
@Suite("Putting back rows that wait for each other")
struct RestoreCircleTests {
    /// As Prefect has it: a state refers to what it is the state of, and that to its last state; a task of one may have begun another.
    private static let schema =
        Tables.all
            + """
            CREATE TABLE state (id INTEGER PRIMARY KEY, download INTEGER NOT NULL REFERENCES handled_downloads ON DELETE CASCADE, v);
            CREATE TABLE task (k TEXT, l REAL, download INTEGER NOT NULL REFERENCES handled_downloads ON DELETE CASCADE,
                PRIMARY KEY (k, l)) WITHOUT ROWID;
            CREATE TABLE usual (id INTEGER PRIMARY KEY, download INTEGER DEFAULT 1000 REFERENCES handled_downloads ON DELETE SET DEFAULT);
            ALTER TABLE handled_downloads ADD COLUMN state INTEGER REFERENCES state ON DELETE SET NULL;
            ALTER TABLE handled_downloads ADD COLUMN other INTEGER REFERENCES handled_downloads ON DELETE SET NULL;
            """

    private func database(_ journal: Journal, _ encoding: String = "UTF-8") throws -> ApplicationDatabase {
        let database = try ApplicationDatabase(journal, schema: Self.schema, pragmas: "PRAGMA encoding = '\(encoding)'")
        for id in 0..<40 { try database.insertDownload(id) }
        try database.insertDownload(1000)
        try database.execute(
            """
            UPDATE handled_downloads SET timestamp = '2999-01-01 00:00:00' WHERE id >= 30;
            INSERT INTO state SELECT 10 * id + value, id, 'é' || value
                FROM handled_downloads, (SELECT 0 AS value UNION SELECT 1 UNION SELECT 2 UNION SELECT 3);
            INSERT INTO task SELECT 'k', id, id FROM handled_downloads;
            INSERT INTO usual SELECT id, id FROM handled_downloads;
            UPDATE handled_downloads SET state = 10 * id + 3, other = (id + 7) % 40 WHERE id < 1000;
            """)
        return database
    }

    @Test(
        "all come back, and what their going made of rows that stayed", arguments: Journal.allCases,
        ["UTF-8", "UTF-16le"])
    func circles(_ journal: Journal, _ encoding: String) async throws {
        let database = try database(journal, encoding)
        let before = try database.bits()
        _ = try await database.keepingSweep([.oldDownloads])
        #expect(try database.rows("SELECT count(*), count(other) FROM handled_downloads") == ["11|3"])
        #expect(try database.rows("SELECT count(*) FROM usual WHERE download = 1000") == ["31"])
        let report = try await database.restore()
        #expect(report.status == .completed && report.failures == [])
        #expect(try database.bits() == before)
        let again = try await database.restore()
        #expect(again.status == .completed && again.restoredRows == 0)
        #expect(again.present == report.restored)
        #expect(try database.bits() == before)
    }

    @Test("a group of which a row is refused stays away whole, and the others come")
    func obstacles() async throws {
        let database = try database(.wal)
        _ = try await database.keepingSweep([.oldDownloads])
        try database.execute(
            """
            CREATE INDEX no ON state (iif(id = 53, json('no'), 0));
            UPDATE usual SET download = NULL WHERE id = 6;
            """)
        let report = try await database.restore()
        #expect(report.status == .completedWithErrors)
        let ids = try database.rows("SELECT id FROM handled_downloads WHERE id < 30 ORDER BY id")
        #expect(ids == (0..<30).filter { $0 != 5 }.map(String.init))
        #expect(try database.rows("SELECT count(*) FROM state WHERE download = 5") == ["0"])
        #expect(try database.rows("SELECT download FROM usual WHERE id IN (5, 6) ORDER BY id") == ["1000", "-"])
        #expect(try database.rows("SELECT count(*) FROM pragma_foreign_key_check") == ["0"])
        // With it three other states and its task; what referred to it: usual 5 and download 38.
        #expect(report.obstacles == [.changed: 1, .refused: 1, .orphan: 1 + 3 + 1 + 2])
        try database.execute("DROP INDEX no")
        #expect(try await database.restore().obstacles == [.changed: 1])
    }
}
