import Foundation
import GRDB
import Sweeping
import TestTools
import Testing

@testable import SQLiteStore

@Suite("Files that are no good")
struct FaultTests {
    private func write(_ bytes: Data, to path: String) throws {
        try bytes.write(to: URL(fileURLWithPath: path))
    }

    private func sweep(_ path: String) async throws -> RunReport {
        let sweeper = Sweeper(
            store: SQLiteMaintenanceStore(path: path), clock: ApplicationDatabase.clock(), processID: 1)
        let request = RunRequest(runID: "r", trigger: .cli, dryRun: false, operations: SweepPolicy().operationNames)
        return try await sweeper.begin(request, policy: SweepPolicy()).execute()
    }

    @Test("a file that is no database stays as it is, and the run failed")
    func notADatabase() async throws {
        let folder = try TemporaryFolder()
        let path = folder("text.db")
        let bytes = Data(String(repeating: "not a database, ", count: 500).utf8)
        try write(bytes, to: path)
        let report = try await sweep(path)
        #expect(report.status == .failed)
        #expect(report.errors == [RunError(operation: nil, message: "\(path) is not an SQLite database")])
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
        await #expect(throws: StoreError(.notADatabase, "\(path) is not an SQLite database")) {
            try await SQLiteMaintenanceStore(path: path).inspect()
        }
    }

    @Test("an empty file is a database without tables: every operation says what it misses, and the file stays empty")
    func empty() async throws {
        let folder = try TemporaryFolder()
        let path = folder("empty.db")
        try write(Data(), to: path)
        let report = try await sweep(path)
        let hint = { (operation: String) in
            ": set the application's own names under 'tables', or switch \(operation) off"
        }
        #expect(
            report.errors == [
                RunError(operation: .staleJobs, message: "there is no table job" + hint("stale_jobs")),
                RunError(operation: .oldJobs, message: "there is no table job" + hint("old_jobs")),
                RunError(
                    operation: .oldDownloads, message: "there is no table handled_downloads" + hint("old_downloads")),
                RunError(
                    operation: .stuckPlans,
                    message: "there is no table analysis_plan; there is no table job" + hint("stuck_plans")),
            ])
        #expect(report.status == .completedWithErrors)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).isEmpty)
        #expect(folder.files == ["empty.db", "empty.db-jobsweep.lock"])
    }

    @Test("a damaged page ends the run with the operation that meets it: nothing more is written into that file")
    func corrupt() async throws {
        let database = try ApplicationDatabase(.delete)
        for index in 0..<300 { try database.insertOldJob("o\(index)") }
        let page = try #require(
            database.strings("SELECT CAST(rootpage AS TEXT) FROM sqlite_master WHERE name = 'ix_job_completed_at'")[0])
        try database.queue.close()
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: database.path))
        try handle.seek(toOffset: UInt64((try #require(Int(page)) - 1) * 4096))
        try handle.write(contentsOf: Data(repeating: 0xA5, count: 4096))
        try handle.close()
        let report = try await sweep(database.path)
        #expect(report.status == .failed)
        #expect(report.errors.map(\.operation) == [.oldJobs])
        #expect(report.results[.oldDownloads] == nil)
        #expect(report.errors.first?.message.hasPrefix("\(database.path) is damaged (") == true)
    }

    @Test("a file cut short is damaged, and the run failed or did nothing wrong")
    func truncated() async throws {
        let database = try ApplicationDatabase(.delete)
        for index in 0..<300 { try database.insertOldJob("o\(index)") }
        try database.queue.close()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: database.path))
        try write(bytes.prefix(4096 * 3 + 17), to: database.path)
        let report = try await sweep(database.path)
        #expect(report.status != .completed)
        #expect(!report.errors.isEmpty)
        #expect(report.errors.allSatisfy { $0.message.contains(database.path) })
    }

    static let codes: [(result: ResultCode, code: StoreError.Code, message: String)] = [
        (.SQLITE_BUSY, .busy, "the database is locked: another connection to /a.db held its lock for too long"),
        (.SQLITE_LOCKED, .busy, "the database is locked: another connection to /a.db held its lock for too long"),
        (
            .SQLITE_CANTOPEN, .cannotOpen,
            "cannot open /a.db: check that it exists and that this user may read and write it"
        ),
        (.SQLITE_NOTADB, .notADatabase, "/a.db is not an SQLite database"),
        (.SQLITE_CORRUPT, .corrupt, "/a.db is damaged (why): restore it from a backup"),
        (
            .SQLITE_READONLY, .readOnly,
            "/a.db is read-only for this user: give it permission to write the file and its folder"
        ),
        (
            .SQLITE_PERM, .readOnly,
            "/a.db is read-only for this user: give it permission to write the file and its folder"
        ),
        (
            .SQLITE_READONLY_DBMOVED, .replaced,
            "/a.db was moved or deleted while it was open: put it back, or set `database` to its new place"
        ),
        (
            .SQLITE_READONLY_ROLLBACK, .interrupted,
            "/a.db holds half of a change, whose other half is in /a.db-journal: its writer was killed. Looking leaves it"
                + " so; the application's next start puts it in order, and so does a run"
        ),
        (
            .SQLITE_READONLY_CANTINIT, .interrupted,
            "/a.db-wal has to be put in order before it can be read, which this user may not do: start the application,"
                + " or run jobsweep as the user that it runs as"
        ),
        (.SQLITE_FULL, .full, "the disk that holds /a.db is full"),
        (.SQLITE_IOERR, .inputOutput, "reading or writing /a.db failed (why): check the disk"),
        (.SQLITE_CONSTRAINT, .constraint, "why"),
        (.SQLITE_ERROR, .other, "/a.db: why"),
    ]

    @Test("SQLite's codes become sentences, without the values that were bound", arguments: codes)
    func translation(_ result: ResultCode, _ code: StoreError.Code, _ message: String) {
        let error = DatabaseError(resultCode: result, message: "why", sql: "SELECT ?", arguments: ["secret"])
        #expect(StoreError(translating: error, path: "/a.db") == StoreError(code, message))
    }

    @Test("a full disk fails the operation, and the application's rows stay whole")
    func full() async throws {
        // The most pages that a connection may use stands in for the disk's end.
        let database = try ApplicationDatabase(.wal)
        try database.insertStaleJob("s1")
        try await withSession(of: database.store()) { session in
            _ = try await session.queue.writeWithoutTransaction {
                try Int.fetchOne($0, sql: "PRAGMA max_page_count = 1")
            }
            let rows = try await session.activeJobs(after: nil, limit: 9).rows
            let error = String(repeating: "long ", count: 20_000)
            let failure = Settlement(
                outcome: .failed, status: "failed", error: error, timeout: .minutes(30), elapsed: .hours(1))
            await #expect(throws: StoreError(.full, "the disk that holds \(database.path) is full")) {
                try await session.settle(rows.map { ($0.key, failure) }, at: ApplicationDatabase.now)
            }
        }
        #expect(try database.rows("SELECT id, status, error FROM job") == ["s1|running|old error"])
        #expect(try database.strings("PRAGMA integrity_check") == ["ok"])
    }

    @Test("a connection that may only read: a dry run shows what it would do, a run says that it can't")
    func readOnly() async throws {
        let database = try ApplicationDatabase(.delete)
        try database.insertOldJob("o1")
        for dryRun in [true, false] {
            try await withSession(of: database.store(), dryRun: dryRun) { session in
                _ = try await session.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = 1") }
                let keys = try await session.finishedJobs(before: .ago(.days(30)), after: nil, limit: 9).rows.map(\.key)
                if dryRun {
                    #expect(try await session.deleteJobs(keys).rows == [.done])
                } else {
                    let error = await #expect(throws: StoreError.self) { try await session.deleteJobs(keys) }
                    #expect(error?.code == .readOnly)
                }
            }
        }
    }
}
