import Sweeping
import Testing

@testable import SQLiteStore

@Suite("The examination")
struct ExaminationTests {
    private func lines(_ database: ApplicationDatabase) async throws -> [String] {
        try await database.examine().map { "\($0.level) \($0.subject): \($0.message)" }
    }

    @Test("a database that is fine, with a word on each index that would help")
    func fine() async throws {
        let database = try ApplicationDatabase(.delete)
        let bytes = try DatabaseFile(resolving: database.path).bytes
        #expect(
            try await lines(database) == [
                "ok database: \(database.path): \(bytes) bytes, with a rollback journal (delete); jobsweep leaves that as it is",
                "ok stale_jobs: everything that it needs is in job", "ok old_jobs: everything that it needs is in job",
                "ok old_downloads: everything that it needs is in handled_downloads",
                "ok stuck_plans: everything that it needs is in analysis_plan and job",
                "ok permission: the database and its folder can be written",
                "advice index: handled_downloads.timestamp has no index, so every run reads all download records: its"
                    + " developers can add CREATE INDEX \"ix_handled_downloads_timestamp\" ON \"handled_downloads\" (\"timestamp\")",
                "advice index: analysis_plan.status has no index, so every run reads all plans: its developers can add"
                    + " CREATE INDEX \"ix_analysis_plan_status\" ON \"analysis_plan\" (\"status\")",
                "advice index: daemon_job_history.job_id refers to the jobs and has no index, so a run reads all of"
                    + " daemon_job_history for every batch of jobs deleted: its developers can add CREATE INDEX"
                    + " \"ix_daemon_job_history_job_id\" ON \"daemon_job_history\" (\"job_id\")",
                "ok space: no free pages inside the file",
            ])
    }

    @Test(
        "free pages are told of, and how they could be given back",
        arguments: [
            (
                "",
                "new rows will use them, or `jobsweep vacuum`, on request only, gives back at least that much to the disk"
            ), ("PRAGMA auto_vacuum = 2", "runs give them back step by step (incremental auto-vacuum)"),
        ])
    func space(_ pragma: String, _ how: String) async throws {
        let database = try ApplicationDatabase(.wal, pragmas: pragma)
        for index in 0..<500 { try database.insertOldJob("o\(index)") }
        try database.execute("DELETE FROM job; PRAGMA wal_checkpoint(TRUNCATE)")
        let free = try #require(try Int(database.rows("PRAGMA freelist_count")[0])) * 4096
        let level = pragma.isEmpty ? "advice" : "ok"
        #expect(try await lines(database).last == "\(level) space: \(free) bytes are free inside the file: \(how)")
    }

    @Test("a lock that is held for long is told of, and no problem")
    func busy() async throws {
        let database = try ApplicationDatabase(.wal)
        let lock = try WriteLock(database.path)
        defer { lock.release() }
        #expect(
            try await database.store(busyTimeout: .milliseconds(10)).examine([], at: ApplicationDatabase.now, in: .utc)
                .filter { $0.subject == "permission" } == [
                    Finding(
                        .advice, "permission", "another connection held the write lock for over a second; try again")
                ])
    }
}
