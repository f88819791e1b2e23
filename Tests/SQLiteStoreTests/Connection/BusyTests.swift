import GRDB
import Sweeping
import TestTools
import Testing

@testable import SQLiteStore

@Suite("Other connections' locks")
struct BusyTests {
    private func busyMessage(_ database: ApplicationDatabase) -> String {
        "the database is locked: another connection to \(database.path) held its lock for too long"
    }

    @Test(
        "a lock held for longer than the patience fails the operations that write, and the run",
        arguments: Journal.allCases)
    func locked(_ journal: Journal) async throws {
        let database = try ApplicationDatabase(journal)
        try database.insertOldJob("o1")
        try database.insertDownload(1)
        let lock = try WriteLock(database.path)
        // What is left is counted for two seconds at most; beside all the other tests, a page can take longer.
        let report = try await database.sweep(
            [.oldJobs, .oldDownloads], busyTimeout: .milliseconds(30), clock: ManualClock(ApplicationDatabase.now))
        lock.release()
        #expect(report.status == .failed)
        #expect(
            report.errors
                == [OperationName.oldJobs, .oldDownloads].map {
                    RunError(operation: $0, message: busyMessage(database))
                })
        #expect(report.results.mapValues(\.backlog) == [.oldJobs: 1, .oldDownloads: 1])
        let next = try await database.sweep()
        #expect(next.status == .completed)
        #expect(next.rowsChanged(by: .oldJobs) == 1)
    }

    @Test("an exclusive lock keeps even readers out: the run fails when it is opened, and the next is fine")
    func exclusive() async throws {
        let database = try ApplicationDatabase(.delete)
        try database.insertOldJob("o1")
        let lock = try WriteLock(database.path, exclusive: true)
        let report = try await database.sweep(busyTimeout: .milliseconds(30))
        #expect(report.status == .failed)
        #expect(report.errors == [RunError(operation: nil, message: busyMessage(database))])
        lock.release()
        #expect(try await database.sweep().rowsChanged(by: .oldJobs) == 1)
    }

    @Test("a lock that is let go in time is waited for", arguments: Journal.allCases)
    func waiting(_ journal: Journal) async throws {
        let database = try ApplicationDatabase(journal)
        try database.insertOldJob("o1")
        try await withSession(of: database.store(busyTimeout: .seconds(3600)), busyTimeout: .seconds(3600)) { session in
            let keys = try await session.finishedJobs(before: .ago(.days(30)), after: nil, limit: 9).rows.map(\.key)
            let lock = try WriteLock(database.path)
            async let outcome = session.deleteJobs(keys)
            lock.release()
            #expect(try await outcome.rows == [.done])
        }
    }

    @Test("cancelling ends the waiting for a lock: the run is cancelled, without an error", arguments: Journal.allCases)
    func cancelling(_ journal: Journal) async throws {
        let database = try ApplicationDatabase(journal)
        try database.insertOldJob("o1")
        let control = RunControl()
        let lock = try WriteLock(database.path)
        let sweeper = Sweeper(
            store: database.store(busyTimeout: .seconds(3600)), clock: ApplicationDatabase.clock(), processID: 1)
        let request = RunRequest(runID: "r", trigger: .cli, dryRun: false, operations: [.oldJobs])
        let run = try await sweeper.begin(request, policy: SweepPolicy(), control: control)
        let report = Task { await run.execute() }
        control.cancel()
        #expect(await report.value.status == .cancelled)
        #expect(await report.value.errors == [])
        lock.release()
        #expect(try database.jobIDs == ["o1"])
    }

    @Test(
        "with a rollback journal a reader blocks the commit: it is given up in bounded time, and nothing is half-done")
    func readerBlocksCommit() async throws {
        let database = try ApplicationDatabase(.delete)
        for index in 0..<5 { try database.insertOldJob("o\(index)") }
        let reader = try ReadLock(database.path)
        try await withSession(of: database.store(), busyTimeout: .milliseconds(250)) { session in
            let keys = try await session.finishedJobs(before: .ago(.days(30)), after: nil, limit: 9).rows.map(\.key)
            await #expect(throws: StoreError(.busy, busyMessage(database))) { try await session.deleteJobs(keys) }
            #expect(try database.jobIDs.count == 5)
            reader.release()
            #expect(try await session.deleteJobs(keys).rows == Array(repeating: .done, count: 5))
        }
    }

    @Test("while a commit waits for a reader, the application's new readers get in between")
    func readersGetIn() async throws {
        let database = try ApplicationDatabase(.delete)
        try database.insertOldJob("o1")
        let reader = try ReadLock(database.path)
        try await withSession(of: database.store(busyTimeout: .seconds(3600)), busyTimeout: .seconds(3600)) { session in
            let keys = try await session.finishedJobs(before: .ago(.days(30)), after: nil, limit: 9).rows.map(\.key)
            async let outcome = session.deleteJobs(keys)
            // Each opens and reads anew, with patience for far less than the deletion has.
            for _ in 0..<5 {
                let connection = try ApplicationDatabase.connect(database.path)
                #expect(try await connection.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM job") } == 1)
                try connection.close()
            }
            reader.release()
            #expect(try await outcome.rows == [.done])
        }
    }

    @Test("a write-ahead log has room for readers: they hold up nobody")
    func readersInLog() async throws {
        let database = try ApplicationDatabase(.wal)
        try database.insertOldJob("o1")
        let reader = try ReadLock(database.path)
        defer { reader.release() }
        let report = try await database.sweep(busyTimeout: .milliseconds(30))
        #expect(report.status == .completed)
        #expect(report.rowsChanged(by: .oldJobs) == 1)
    }

    @Test("looking at the database doesn't wait for its writers", arguments: Journal.allCases)
    func inspecting(_ journal: Journal) async throws {
        let database = try ApplicationDatabase(journal)
        let lock = try WriteLock(database.path)
        defer { lock.release() }
        #expect(try await database.store().inspect().fileBytes > 0)
    }
}
