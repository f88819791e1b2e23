import Foundation
import GRDB
import Glibc
import Sweeping
import TestTools
import Synchronization
import Testing

@testable import SQLiteStore

@Suite("What a sweep leaves of itself")
struct FootprintTests {
    static let journals = ["delete", "truncate", "persist", "wal"]

    private func definition(_ database: ApplicationDatabase) throws -> [String] {
        try database.strings("PRAGMA journal_mode").compactMap(\.self)
            + database.rows("PRAGMA schema_version") + database.rows("PRAGMA user_version")
            + database.rows("PRAGMA application_id") + database.rows("PRAGMA auto_vacuum")
            + database.rows("PRAGMA page_size")
            + database.rows("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 2")
    }

    @Test(
        "the file's journal mode, schema and settings stay", arguments: journals,
        ["", "ANALYZE;", "PRAGMA auto_vacuum = 2; VACUUM;"])
    func definition(_ journal: String, _ more: String) async throws {
        let database = try ApplicationDatabase(.delete)
        try database.execute("PRAGMA user_version = 7; \(more)")
        try await database.queue.writeWithoutTransaction { database in
            _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = \(journal)")
        }
        for index in 0..<300 { try database.insertOldJob("o\(index)") }
        try database.insertStaleJob("s1")
        try database.insertDownload(1)
        try database.insertPlan(1)
        let before = try definition(database)
        let report = try await database.sweep()
        #expect(report.status == .completed)
        #expect(report.rowsChanged(by: .oldJobs) == 300)
        #expect(try definition(database) == before)
        #expect(try database.strings("PRAGMA integrity_check") == ["ok"])
        #expect(try database.strings("PRAGMA foreign_key_check") == [])
    }

    @Test("the application's own setting of synchronous holds where there is no log")
    func synchronous() async throws {
        for (journal, expected) in [(Journal.wal, 1), (.delete, 2)] {
            let database = try ApplicationDatabase(journal)
            try await withSession(of: database.store()) { session in
                let level = try await session.queue.writeWithoutTransaction {
                    try Int.fetchOne($0, sql: "PRAGMA synchronous")
                }
                #expect(level == expected)
                let keys = try await session.queue.writeWithoutTransaction {
                    try Int.fetchOne($0, sql: "PRAGMA foreign_keys")
                }
                #expect(keys == 1)
            }
        }
    }

    @Test("a dry run, a look and an examination write nothing into the file", arguments: Journal.allCases)
    func nothingWritten(_ journal: Journal) async throws {
        let database = try ApplicationDatabase(journal)
        for index in 0..<50 { try database.insertOldJob("o\(index)") }
        try database.insertStaleJob("s1")
        let version = try database.rows("PRAGMA data_version")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: database.path))
        _ = try await database.sweep(dryRun: true)
        _ = try await database.store().inspect()
        _ = try await database.examine()
        #expect(try database.rows("PRAGMA data_version") == version)
        #expect(try Data(contentsOf: URL(fileURLWithPath: database.path)) == bytes)
    }

    @Test("a second run on the same rows changes nothing", arguments: Journal.allCases)
    func idempotent(_ journal: Journal) async throws {
        let database = try ApplicationDatabase(journal)
        for index in 0..<50 { try database.insertOldJob("o\(index)") }
        try database.insertStaleJob("s1")
        try database.insertPlan(1, jobID: "s1")
        _ = try await database.sweep()
        let dump = try database.dump()
        let version = try database.rows("PRAGMA data_version")
        let again = try await database.sweep()
        #expect(again.results.values.allSatisfy { $0.rowsChanged == 0 })
        #expect(try database.dump() == dump)
        #expect(try database.rows("PRAGMA data_version") == version)
    }

    @Test("sizes are those of the files; the log's is 0 where there is none")
    func sizes() async throws {
        for journal in Journal.allCases {
            let database = try ApplicationDatabase(journal)
            for index in 0..<200 { try database.insertOldJob("o\(index)") }
            try database.execute("DELETE FROM job")
            let sizes = try await database.store().inspect()
            func bytes(_ path: String) throws -> Int64 {
                guard FileManager.default.fileExists(atPath: path) else { return 0 }
                let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64
                return try #require(size)
            }
            let free = try #require(try Int64(database.rows("PRAGMA freelist_count")[0]))
            #expect(sizes.fileBytes == (try bytes(database.path)))
            #expect(sizes.writeAheadLogBytes == (try bytes(database.path + "-wal")))
            #expect((sizes.writeAheadLogBytes > 0) == (journal == .wal))
            #expect(sizes.freeBytes == free * 4096)
            #expect(free > 0)
        }
    }

    @Test(
        "the log is moved into the database as far as readers allow, in bytes of the file's own pages",
        arguments: [1024, 65536])
    func log(_ pageSize: Int) async throws {
        let database = try ApplicationDatabase(.wal, pragmas: "PRAGMA page_size = \(pageSize)")
        try database.execute("PRAGMA wal_autocheckpoint = 0")
        let reader = try ReadLock(database.path)
        for index in 0..<20 { try database.insertOldJob("o\(index)") }
        try await withSession(of: database.store()) { session in
            let held = try #require(try await session.relieveLog())
            #expect(held > 0)
            #expect(held % Int64(pageSize) == 0)
            #expect(held <= session.file.writeAheadLogBytes)
            reader.release()
            #expect(try await session.relieveLog() == 0)
        }
    }

    @Test("what waits in the log isn't known while the application itself moves it, and a look moves none of it")
    func othersCheckpoint() async throws {
        let database = try ApplicationDatabase(.wal)
        for index in 0..<20 { try database.insertOldJob("o\(index)") }
        let isWaiting = Atomic(false)
        let mayEnd = Atomic(false)
        var configuration = Configuration()
        configuration.busyMode = .callback { _ in
            isWaiting.store(true, ordering: .relaxed)
            usleep(1_000)
            return !mayEnd.load(ordering: .relaxed)
        }
        // The application's checkpoint waits for its writer, and nobody else can do one meanwhile.
        let application = try DatabaseQueue(path: database.path, configuration: configuration)
        let writer = try WriteLock(database.path)
        defer { writer.release() }
        async let checkpoint: Void = application.writeWithoutTransaction { _ = try? $0.checkpoint(.full) }
        while !isWaiting.load(ordering: .relaxed) { await Task.yield() }
        for dryRun in [false, true] {
            let waiting = try await withSession(of: database.store(), dryRun: dryRun) { try await $0.relieveLog() }
            #expect(waiting == (dryRun ? 0 : nil))
        }
        mayEnd.store(true, ordering: .relaxed)
        try await checkpoint
    }

    @Test("statistics are refreshed only where the application has some")
    func statistics() async throws {
        let database = try ApplicationDatabase()
        for index in 0..<50 { try database.insertOldJob("o\(index)") }
        _ = try await database.sweep()
        #expect(try database.strings("SELECT name FROM sqlite_master WHERE name LIKE 'sqlite_stat%'") == [])
    }
}
