import GRDB
import GRDBSQLite
import Glibc
import Sweeping
import TestTools
import Synchronization
import Testing

@testable import SQLiteStore

/// What may go wrong, and what has to be measured, while SQLite's own cascade is switched off.
@Suite("Child rows without an index: faults and measures")
struct ChildRowsFaultTests {
    private static let note = "CREATE TABLE note (job_id TEXT REFERENCES job (id) ON DELETE CASCADE);"

    /// Old jobs `o0` to `o19`, each with three notes.
    private func database(_ journal: Journal = .wal) throws -> ApplicationDatabase {
        let database = try ApplicationDatabase(journal, schema: Tables.job + Tables.jobIndexes)
        for index in 0..<20 { try database.insertOldJob("o\(index)") }
        try database.execute(
            ChildRowsFaultTests.note
                + "INSERT INTO note SELECT id FROM job, (VALUES (1), (2), (3));")
        return database
    }

    private func oldJobs(_ session: SQLiteSession) async throws -> [RowKey] {
        try await session.finishedJobs(before: .ago(.days(30)), after: nil, limit: 100).rows.map(\.key)
    }

    @Test("a task that is cancelled in the middle of a batch leaves nothing half-done, and foreign keys count again")
    func cancelledTask() async throws {
        let database = try database()
        let before = try database.dump()
        try await withSession(of: database.store()) { session in
            let keys = try await oldJobs(session)
            let running = Mutex<Task<BatchOutcome, any Error>?>(nil)
            try await session.perform { database in
                database.trace { event in
                    guard case .statement(let statement) = event, statement.sql.hasPrefix("DELETE FROM \"job\"")
                    else { return }
                    running.withLock { $0?.cancel() }
                }
            }
            let task = running.withLock { running in
                let task = Task { try await session.deleteJobs(keys) }
                running = task
                return task
            }
            await #expect(throws: (any Error).self) { try await task.value }
            try await session.perform { $0.trace(options: []) }
            #expect(try await session.perform { try Bool.fetchOne($0, sql: "PRAGMA foreign_keys") } == true)
            #expect(try database.dump() == before)
            // No statement that was compiled without the cascade is left over: SQLite's own works as well.
            let outcome = try await session.change(
                keys.map { PlannedRow($0) },
                by: TableChange(
                    of: Sweeps.oldJobs(before: ApplicationDatabase.now), .delete, now: ApplicationDatabase.now),
                within: .seconds(60))
            #expect(outcome.rows == Array(repeating: .done, count: 20))
        }
        #expect(try database.dump() == [])
    }

    @Test(
        "where foreign keys can't be switched on again the session is over: what was done counts, and nothing more is")
    func lostCascade() async throws {
        let database = try database()
        try await withSession(of: database.store()) { session in
            let keys = try await oldJobs(session)
            _ = try await session.perform { database in
                // It refuses the one statement that would switch them on.
                sqlite3_set_authorizer(
                    database.sqliteConnection,
                    { _, action, name, value, _, _ in
                        guard action == SQLITE_PRAGMA, let name, let value else { return SQLITE_OK }
                        return String(cString: name) == "foreign_keys" && String(cString: value) == "ON"
                            ? SQLITE_DENY : SQLITE_OK
                    }, nil)
            }
            let outcome = try await session.deleteJobs(Array(keys.prefix(5)))
            #expect(outcome.rows == Array(repeating: .done, count: 5))
            await #expect(throws: CascadeSwitch.lost) {
                try await session.deleteJobs(Array(keys.dropFirst(5)))
            }
            await #expect(throws: CascadeSwitch.lost) { try await oldJobs(session) }
            await #expect(throws: CascadeSwitch.lost) { try await session.relieveLog() }
        }
        #expect(try database.jobIDs.count == 15)
        #expect(try database.strings("PRAGMA foreign_key_check") == [])
        #expect(CascadeSwitch.lost.endsRun)
    }

    @Test("a table that can't be changed undoes the batch, and foreign keys count again", arguments: Journal.allCases)
    func failingChild(_ journal: Journal) async throws {
        let database = try database(journal)
        let refuses = Atomic(false)
        // An index on an expression makes SQLite ask for it whenever a row goes.
        let check = DatabaseFunction("checked", argumentCount: 1, pure: true) { values in
            if refuses.load(ordering: .relaxed) { throw DatabaseError(resultCode: .SQLITE_IOERR, message: "no") }
            return values[0]
        }
        try await database.queue.writeWithoutTransaction { $0.add(function: check) }
        try database.execute("CREATE INDEX c ON note (checked(job_id))")
        let before = try database.dump()
        try await withSession(of: database.store()) { session in
            try await session.perform { $0.add(function: check) }
            let keys = try await oldJobs(session)
            #expect(try await session.children != nil)
            refuses.store(true, ordering: .relaxed)
            await #expect(throws: StoreError.self) { try await session.deleteJobs(keys) }
            #expect(try await session.perform { try Bool.fetchOne($0, sql: "PRAGMA foreign_keys") } == true)
            #expect(try database.dump() == before)
            refuses.store(false, ordering: .relaxed)
            #expect(try await session.deleteJobs(keys).rows.count == 20)
        }
        #expect(try database.dump() == [])
    }

    @Test(
        "what the rows themselves cost isn't a price of every batch, whether they were found before the lock or with it",
        arguments: Journal.allCases)
    func fixedHold(_ journal: Journal) async throws {
        let database = try database(journal)
        let isSlow = Atomic(false)
        let pause = 2_000
        let slow = DatabaseFunction("slow", argumentCount: 1, pure: true) { values in
            if isSlow.load(ordering: .relaxed) { usleep(UInt32(pause)) }
            return values[0]
        }
        try await database.queue.writeWithoutTransaction { $0.add(function: slow) }
        try database.execute("CREATE INDEX s ON note (slow(job_id))")
        try await withSession(of: database.store()) { session in
            try await session.perform { $0.add(function: slow) }
            let keys = try await oldJobs(session)
            isSlow.store(true, ordering: .relaxed)
            let outcome = try await session.deleteJobs(keys)
            #expect(outcome.work >= .microseconds(60 * pause))
            // With a write-ahead log nothing was read with the lock, and the reading still was paid.
            #expect((outcome.price > outcome.fixedHold) == (journal == .wal))
        }
        #expect(try database.dump() == [])
    }

    @Test("more rows than are remembered at once, of which some have no number")
    func manyRows() async throws {
        let database = try database()
        try database.execute(
            """
            CREATE TABLE leaf (n INTEGER PRIMARY KEY, job_id TEXT REFERENCES job (id) ON DELETE CASCADE) WITHOUT ROWID;
            INSERT INTO leaf (n, job_id) SELECT row_number() OVER (), job_id FROM note;
            """)
        try await withSession(of: database.store()) { session in
            let found = try #require(await session.children)
            let ids = try database.jobIDs.filter { $0 != "o7" }.map { Value($0) }
            try await session.perform { database in
                let children = try ChildRows(
                    keys: found.keys, schemaVersion: ChildRows.schemaVersion(database), most: 5, in: database)
                #expect(try children.foresee(ids, in: database) == nil)
                _ = try children.delete(with: ids, nil, in: database)
            }
        }
        for table in ["note", "leaf"] {
            #expect(try database.rows("SELECT DISTINCT job_id, count(*) FROM \(table)") == ["o7|3"])
        }
    }

    @Test(
        "with a rollback journal, where a reader keeps the application's commits waiting, nothing is read before the lock"
    )
    func rollbackJournal() async throws {
        for journal in Journal.allCases {
            let database = try database(journal)
            try await withSession(of: database.store()) { session in
                let children = try #require(await session.children)
                let foresight = try await session.perform { try children.foresee(["o7"], in: $0) }
                #expect((foresight != nil) == (journal == .wal))
            }
        }
    }
}
