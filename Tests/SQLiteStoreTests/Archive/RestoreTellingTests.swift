import Sweeping
import Synchronization
import TestTools
import Testing

@testable import SQLiteStore

/// What is told of a restore, before it and while it is under way.
extension RestoreTests {
    @Test(
        "a dry restore says of which rows others have what must be unique, as the restore does",
        arguments: ["UTF-8", "UTF-16le"])
    func unique(encoding: String) async throws {
        let database = try ApplicationDatabase(
            schema: Tables.all
                + """
                CREATE TABLE tag (id INTEGER PRIMARY KEY, job TEXT REFERENCES job ON DELETE CASCADE, word TEXT COLLATE NOCASE UNIQUE, a, b,
                    UNIQUE (a, b));
                CREATE UNIQUE INDEX exact ON tag (word COLLATE BINARY, a);
                """, pragmas: "PRAGMA encoding = '\(encoding)'")
        try database.insertOldJob("old")
        try database.execute(
            """
            INSERT INTO tag VALUES (1, 'old', 'One', 1, x'00'), (2, 'old', 'two', NULL, 2), (3, 'old', NULL, 3, 3), (4, 'old', 'four', 4, 4)
            """)
        _ = try await database.keepingSweep([.oldJobs])
        // By another's letters, and by two columns; NULL is never alike.
        try database.execute(
            "INSERT INTO tag VALUES (11, NULL, 'ONE', 9, 9), (12, NULL, NULL, NULL, 2), (13, NULL, 'x', 3, 3)")
        let foreseen = try await database.restore(dryRun: true)
        let done = try await database.restore()
        #expect(foreseen.obstacles == [.taken: 2])
        #expect(foreseen.restored == done.restored && foreseen.obstacles == done.obstacles)
        #expect(foreseen.failures.map(\.row) == done.failures.map(\.row))
    }

    @Test("a restore tells how far it is, also of rows that it leaves alone", arguments: [true, false])
    func progress(dryRun: Bool) async throws {
        let database = try ApplicationDatabase()
        for index in 0..<1_500 { try database.insertOldJob("old\(index)") }
        #expect(try await database.keepingSweep([.oldJobs]).rowsChanged(by: .oldJobs) == 1_500)
        func told() async throws -> [RunProgress] {
            let told = Mutex<[RunProgress]>([])
            let report = try await database.restore(dryRun: dryRun) { progress in told.withLock { $0.append(progress) }
            }
            #expect(report.status == .completed)
            return told.withLock(\.self)
        }
        for _ in 0..<2 {
            let progress = try await told()
            #expect(progress.count > 1)
            #expect(progress.map(\.percent) == progress.map(\.percent).sorted())
            #expect(Set(progress.map(\.message)) == [dryRun ? "Looking at each row" : "Putting back rows"])
            let last = try #require(progress.last)
            #expect(last.percent == 95)
            #expect(
                last.rows
                    == RowProgress(
                        operation: "restore", done: 1_500, due: 1_500, dueIsLeast: false,
                        restSeconds: last.rows?.restSeconds))
        }
    }
}
