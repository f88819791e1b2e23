import Sweeping
import TestTools
import Testing

@testable import SQLiteStore

/// What triggers did when rows went is in the archive: it comes back once, and not a second time by the triggers themselves.
@Suite("Putting back rows of tables with triggers")
struct RestoreTriggerTests {
    /// A table that is counted, one with a line for each row, with and without a key of its own, and one that refuses what it had.
    private static let schema =
        Tables.all
            + """
            CREATE TABLE counts (one INTEGER PRIMARY KEY, number INTEGER); INSERT INTO counts VALUES (1, 0);
            CREATE TABLE lines (id INTEGER PRIMARY KEY, text TEXT);
            CREATE TABLE notes (download INTEGER REFERENCES handled_downloads ON DELETE CASCADE, text TEXT);
            CREATE TRIGGER came AFTER INSERT ON handled_downloads BEGIN
                UPDATE counts SET number = number + 1;
                INSERT INTO lines VALUES (new.id, 'new'); INSERT INTO notes VALUES (new.id, 'new');
            END;
            CREATE TRIGGER went AFTER DELETE ON handled_downloads BEGIN
                UPDATE counts SET number = number - 1; DELETE FROM lines WHERE id = old.id;
            END;
            """

    @Test("ordinary tables are as they were", arguments: Journal.allCases)
    func ordinary(_ journal: Journal) async throws {
        let database = try ApplicationDatabase(journal, schema: Self.schema)
        for id in 0..<30 { try database.insertDownload(id) }
        try database.execute(
            """
            UPDATE lines SET text = 'later ' || id; UPDATE notes SET text = 'later';
            CREATE TRIGGER no BEFORE INSERT ON handled_downloads BEGIN SELECT RAISE(ABORT, 'no'); END;
            """)
        let before = try database.bits()
        _ = try await database.keepingSweep([.oldDownloads])
        #expect(try database.rows("SELECT number FROM counts") == ["0"])
        let report = try await database.restore()
        #expect(report.status == .completed, "\(report.failures)")
        #expect(try database.bits() == before)
        // They are the application's still.
        try database.execute("DROP TRIGGER no; INSERT INTO handled_downloads (id) VALUES (100)")
        #expect(try database.rows("SELECT number FROM counts") == ["31"])
    }

    @Test("a full-text index, which nobody keeps, is filled by them")
    func virtual() async throws {
        let database = try ApplicationDatabase(
            .wal,
            schema: Tables.all
                + """
                CREATE VIRTUAL TABLE words USING fts5(name, content='handled_downloads', content_rowid='number');
                """)
        try database.execute(
            """
            DROP TABLE handled_downloads;
            CREATE TABLE handled_downloads (number INTEGER PRIMARY KEY, id INTEGER UNIQUE NOT NULL, timestamp TEXT, name TEXT);
            CREATE TRIGGER came AFTER INSERT ON handled_downloads BEGIN
                INSERT INTO words (rowid, name) VALUES (new.number, new.name);
            END;
            CREATE TRIGGER went AFTER DELETE ON handled_downloads BEGIN
                INSERT INTO words (words, rowid, name) VALUES ('delete', old.number, old.name);
            END;
            INSERT INTO handled_downloads VALUES (7, 1, '2020-01-01 00:00:00', 'one two'), (8, 2, '2999-01-01 00:00:00', 'two');
            """)
        let found =
            "SELECT number FROM handled_downloads JOIN words ON number = words.rowid WHERE words MATCH 'two' ORDER BY 1"
        _ = try await database.keepingSweep([.oldDownloads])
        #expect(try database.rows(found) == ["8"])
        #expect(try await database.restore().status == .completed)
        #expect(try database.rows(found) == ["7", "8"])
        try database.execute("INSERT INTO words (words) VALUES ('integrity-check')")
    }

    @Test("a dry run says of rows that were changed before they went what the restore then does")
    func changedBefore() async throws {
        let database = try ApplicationDatabase(
            .wal,
            schema: Tables.all
                + """
                CREATE TABLE seen (id INTEGER PRIMARY KEY);
                CREATE TRIGGER next AFTER DELETE ON handled_downloads BEGIN
                    UPDATE handled_downloads SET download_name = 'next' WHERE id = old.id + 1;
                END;
                """)
        for id in 0..<30 { try database.insertDownload(id) }
        try database.execute("UPDATE handled_downloads SET timestamp = '2999-01-01 00:00:00' WHERE id = 29")
        let before = try database.bits()
        _ = try await database.keepingSweep([.oldDownloads])
        let foreseen = try await database.restore(dryRun: true)
        #expect(foreseen.status == .completed && foreseen.obstacles == [:], "\(foreseen.failures)")
        let report = try await database.restore()
        #expect(report.restored == foreseen.restored && report.restoredRows > 29)
        #expect(try database.bits() == before)
    }

    @Test("a table whose columns have taken all names of the row number")
    func namesTaken() async throws {
        let database = try ApplicationDatabase(
            .wal,
            schema: Tables.all
                + """
                CREATE TABLE taken (rowid TEXT, oid TEXT, _rowid_ TEXT, download INTEGER REFERENCES handled_downloads ON DELETE CASCADE);
                """)
        for id in 0..<5 { try database.insertDownload(id) }
        try database.execute("INSERT INTO taken SELECT 'a', id, NULL, id FROM handled_downloads")
        let before = try database.bits()
        _ = try await database.keepingSweep([.oldDownloads])
        #expect(try await database.restore().status == .completed)
        #expect(try database.bits() == before)
        #expect(try await database.restore().restoredRows == 0)
    }
}
