import Foundation
import GRDB
import Sweeping
import Testing

@testable import SQLiteStore

@Suite("VACUUM on request")
struct CompactorTests {
    private func definition(_ database: ApplicationDatabase) throws -> [String] {
        try ["journal_mode", "page_size", "auto_vacuum", "user_version", "application_id", "encoding"]
            .flatMap { try database.rows("PRAGMA \($0)") }
            + database.rows("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 2")
    }

    private func busyMessage(_ database: ApplicationDatabase) -> String {
        "the database is locked: another connection to \(database.path) held its lock for too long"
    }

    /// Every row, and how many pages there are.
    private func content(_ database: ApplicationDatabase) throws -> [String] {
        try database.dump() + ["\(database.pageCount) \(database.freePages)"]
    }

    @Test(
        "keeps rows, schema, journal mode, page size and auto-vacuum setting", arguments: Journal.allCases, [0, 1, 2])
    func whole(_ journal: Journal, _ autoVacuum: Int) async throws {
        for pageSize in [1024, 8192] {
            let database = try ApplicationDatabase(
                journal,
                pragmas: "PRAGMA page_size = \(pageSize); PRAGMA auto_vacuum = \(autoVacuum); PRAGMA user_version = 7")
            try database.makeFreePages(rows: 1000)
            let before = try definition(database)
            let dump = try database.dump()
            let free = try database.freePages
            let pages = try database.pageCount
            let outcome = try await SQLiteCompactor(database.store()).compact(control: RunControl())
            #expect(try definition(database) == before)
            #expect(try database.dump() == dump)
            #expect(try database.strings("PRAGMA integrity_check") == ["ok"])
            #expect(try database.freePages == 0)
            #expect(outcome.givenBackBytes >= Int64(free * pageSize))
            #expect(outcome.givenBackBytes == Int64((pages - (try database.pageCount)) * pageSize))
            let file = try DatabaseFile(resolving: database.path)
            #expect(outcome.after.fileBytes == file.bytes)
            #expect(outcome.after.fileBytes == Int64(try database.pageCount * pageSize))
            #expect(outcome.after.freeBytes == 0)
            #expect(outcome.before.freeBytes == Int64(free * pageSize))
            #expect(outcome.waitingLogBytes == 0)
            // The application's connection is open, so the log is there still; but nothing is in it.
            #expect(outcome.after.writeAheadLogBytes == 0)
            #expect(file.writeAheadLogBytes == 0)
        }
    }

    @Test("with a log a reader goes on reading what it had, and keeps the file's size until it lets go")
    func readerWithLog() async throws {
        let database = try ApplicationDatabase(.wal)
        try database.makeFreePages()
        let dump = try database.dump()
        let bytes = try DatabaseFile(resolving: database.path).bytes
        let reader = try ReadLock(database.path)
        let outcome = try await SQLiteCompactor(database.store()).compact(control: RunControl())
        #expect(outcome.givenBackBytes > 0)
        let waiting = try #require(outcome.waitingLogBytes)
        #expect(waiting > 0)
        #expect(outcome.after.writeAheadLogBytes >= waiting)
        #expect(outcome.after.fileBytes == bytes)
        #expect(try database.dump() == dump)
        reader.release()
        try database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        #expect(try DatabaseFile(resolving: database.path).bytes == bytes - outcome.givenBackBytes)
        #expect(try database.strings("PRAGMA integrity_check") == ["ok"])
    }

    @Test("with a rollback journal a reader is in the way: that ends in bounded time and changes nothing")
    func readerWithJournal() async throws {
        let database = try ApplicationDatabase(.delete)
        try database.makeFreePages()
        let before = try content(database)
        let reader = try ReadLock(database.path)
        let error = await #expect(throws: StoreError.self) {
            try await SQLiteCompactor(database.store(busyTimeout: .milliseconds(150))).compact(control: RunControl())
        }
        #expect(error == StoreError(.busy, busyMessage(database)))
        reader.release()
        #expect(try content(database) == before)
        #expect(try await SQLiteCompactor(database.store()).compact(control: RunControl()).givenBackBytes > 0)
    }

    @Test("a writer that holds its lock for too long ends it with an error", arguments: Journal.allCases)
    func locked(_ journal: Journal) async throws {
        let database = try ApplicationDatabase(journal)
        try database.makeFreePages()
        let before = try content(database)
        let lock = try WriteLock(database.path)
        let error = await #expect(throws: StoreError.self) {
            try await SQLiteCompactor(database.store(busyTimeout: .milliseconds(30))).compact(control: RunControl())
        }
        lock.release()
        #expect(error == StoreError(.busy, busyMessage(database)))
        #expect(try content(database) == before)
    }

    @Test("a lock that is let go in time is waited for", arguments: Journal.allCases)
    func waiting(_ journal: Journal) async throws {
        let database = try ApplicationDatabase(journal)
        try database.makeFreePages()
        let lock = try WriteLock(database.path)
        let compactor = SQLiteCompactor(database.store(busyTimeout: .seconds(3600)))
        // SessionOptions bound the patience at 5 s, which is long here.
        async let outcome = compactor.compact(control: RunControl())
        lock.release()
        #expect(try await outcome.givenBackBytes > 0)
    }

    @Test("cancelled before it has the lock, or before it begins, it changes nothing", arguments: Journal.allCases)
    func cancelled(_ journal: Journal) async throws {
        let database = try ApplicationDatabase(journal)
        try database.makeFreePages()
        let before = try content(database)
        for isLocked in [true, false] {
            let lock = isLocked ? try WriteLock(database.path) : nil
            let control = RunControl()
            control.cancel()
            await #expect(throws: StopReason.cancelled) {
                try await SQLiteCompactor(database.store()).compact(control: control)
            }
            lock?.release()
        }
        #expect(try content(database) == before)
    }

    @Test("where the new file can't be asked, its length tells what it holds")
    func rewritten() async throws {
        let database = try ApplicationDatabase(.delete)
        try database.makeFreePages()
        let before = try await database.queue.read { try SpaceFacts($0) }
        try database.execute("VACUUM")
        let after = try await database.queue.read { try SpaceFacts($0) }
        #expect(before != after)
        #expect(before.rewritten(to: try DatabaseFile(resolving: database.path).bytes) == after)
    }

    @Test("a file that is gone, and one that is no database, are told of")
    func missing() async throws {
        let folder = try TemporaryFolder()
        func code(_ name: String) async -> StoreError.Code? {
            let compactor = SQLiteCompactor(SQLiteMaintenanceStore(path: folder(name)))
            let planned = await #expect(throws: StoreError.self) { try await compactor.plan() }
            let done = await #expect(throws: StoreError.self) { try await compactor.compact(control: RunControl()) }
            #expect(planned == done)
            return done?.code
        }
        #expect(await code("nothing.db") == .missing)
        #expect(!FileManager.default.fileExists(atPath: folder("nothing.db")))
        try Data(repeating: 65, count: 5000).write(to: URL(fileURLWithPath: folder("text.db")))
        #expect(await code("text.db") == .notADatabase)
    }
}
