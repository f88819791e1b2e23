import Foundation
import GRDB
import Sweeping
import TestTools
import Synchronization
import Testing

@testable import SQLiteStore

@Suite("Giving free pages back")
struct GivingBackTests {
    private static let incremental = "PRAGMA auto_vacuum = 2"

    private func database(_ journal: Journal = .wal, _ pragmas: String = incremental) throws -> ApplicationDatabase {
        let database = try ApplicationDatabase(journal, pragmas: pragmas)
        try database.makeFreePages()
        return database
    }

    @Test("goes in steps, none larger than asked for, until no page is free", arguments: Journal.allCases)
    func steps(_ journal: Journal) async throws {
        let database = try database(journal)
        let free = try database.freePages
        let pages = try database.pageCount
        #expect(free > 500)
        let dump = try database.dump()
        try await withSession(of: database.store()) { session in
            let unused = try await session.spaceToGiveBack()
            #expect(unused == UnusedSpace(units: free, unitBytes: 4096))
            var left = free
            while left > 0 {
                let outcome = try await session.giveBackSpace(70)
                #expect(outcome.rows == Array(repeating: .done, count: min(70, left)))
                #expect(outcome.locksHeld.count == 1)
                left -= 70
                #expect(try database.freePages == max(0, left))
            }
            #expect(try await session.giveBackSpace(70).rows == [])
            #expect(try await session.spaceToGiveBack().units == 0)
        }
        #expect(try database.freePages == 0)
        // With the free pages go the entries for them in the file's own map of pages.
        #expect(try database.pageCount <= pages - free)
        #expect(try database.dump() == dump)
        #expect(try database.strings("PRAGMA integrity_check") == ["ok"])
        #expect(try database.number("auto_vacuum") == 2)
    }

    @Test("happens only where the application set the file up for it", arguments: [0, 1])
    func others(_ autoVacuum: Int) async throws {
        let database = try database(.wal, "PRAGMA auto_vacuum = \(autoVacuum)")
        let free = try database.freePages
        #expect((free > 500) == (autoVacuum == 0))
        let pages = try database.pageCount
        let version = try database.rows("PRAGMA data_version")
        let trace = Trace()
        try await withSession(of: database.store()) { session in
            try await trace.attach(to: session)
            #expect(try await session.spaceToGiveBack() == .none)
        }
        #expect(trace.all.filter { $0.contains("vacuum(") } == [])
        let report = try await database.sweep()
        #expect(report.returnedSpace == nil)
        #expect(try database.freePages == free)
        #expect(try database.pageCount == pages)
        #expect(try database.rows("PRAGMA data_version") == version)
    }

    @Test("is the last part of a run, and makes the file itself shorter", arguments: Journal.allCases)
    func run(_ journal: Journal) async throws {
        let database = try database(journal)
        try database.insertOldJob("o1")
        let free = try database.freePages
        let bytes = try DatabaseFile(resolving: database.path).bytes
        let report = try await database.sweep()
        #expect(report.status == .completed)
        let returned = try #require(report.returnedSpace)
        #expect(returned.end == .done)
        #expect(returned.leftBytes == 0)
        #expect(returned.bytes >= Int64(free) * 4096)
        #expect(try database.freePages == 0)
        #expect(try DatabaseFile(resolving: database.path).bytes <= bytes - Int64(free) * 4096)
        #expect(try database.strings("PRAGMA integrity_check") == ["ok"])
    }

    @Test("takes more steps the smaller a batch may be, each a transaction of its own")
    func bounded() async throws {
        let database = try database()
        let free = try database.freePages
        var policy = SweepPolicy()
        policy.pacing.maxBatch = 50
        let report = try await database.sweep(policy: policy)
        // No row is old here, so every lock was a step's.
        #expect(report.lockHeld.counts.reduce(0, +) >= (free + 49) / 50)
        #expect(report.returnedSpace?.bytes == Int64(free) * 4096)
        #expect(try database.freePages == 0)
    }

    @Test("is never part of a dry run", arguments: Journal.allCases)
    func dryRun(_ journal: Journal) async throws {
        let database = try database(journal)
        let free = try database.freePages
        #expect(try await database.sweep(dryRun: true).returnedSpace == nil)
        try await withSession(of: database.store(), dryRun: true) { session in
            let outcome = try await session.giveBackSpace(10)
            #expect(outcome.rows == [])
        }
        #expect(try database.freePages == free)
    }

    @Test("asking for no pages gives none back: SQLite itself would take it for all")
    func zero() async throws {
        let database = try database()
        let free = try database.freePages
        try await withSession(of: database.store()) { session in
            let outcome = try await session.giveBackSpace(0)
            #expect(outcome.rows == [])
        }
        #expect(try database.freePages == free)
    }

    @Test("ends between two steps when the run is cancelled", arguments: Journal.allCases)
    func cancelled(_ journal: Journal) async throws {
        let database = try database(journal)
        let free = try database.freePages
        var policy = SweepPolicy()
        policy.pacing.maxBatch = 50
        let control = RunControl()
        let clock = CountingClock { if $0 == 2 { control.cancel() } }
        let report = try await database.sweep(policy: policy, control: control, clock: clock)
        #expect(report.status == .cancelled)
        #expect(report.errors == [])
        #expect(report.returnedSpace?.end == .cancelled)
        let left = try database.freePages
        #expect(left >= free - 100)
        #expect(left < free)
        #expect(report.returnedSpace?.bytes == Int64(free - left) * 4096)
        #expect(report.returnedSpace?.leftBytes == Int64(left) * 4096)
        #expect(try database.strings("PRAGMA integrity_check") == ["ok"])
    }

    @Test("a write lock that is held for too long ends it, and is no error of the run", arguments: Journal.allCases)
    func locked(_ journal: Journal) async throws {
        let database = try database(journal)
        let free = try database.freePages
        let lock = try WriteLock(database.path)
        let report = try await database.sweep(busyTimeout: .milliseconds(30))
        lock.release()
        #expect(report.status == .completed)
        #expect(report.errors == [])
        let message = "the database is locked: another connection to \(database.path) held its lock for too long"
        #expect(
            report.returnedSpace
                == ReturnedSpace(bytes: 0, leftBytes: Int64(free) * 4096, end: .failed(message)))
        #expect(try database.freePages == free)
        #expect(try await database.sweep().returnedSpace?.end == .done)
        #expect(try database.freePages == 0)
    }

    @Test("with a rollback journal a reader blocks the commit: the step is undone; with a log it isn't in the way")
    func reader() async throws {
        for journal in Journal.allCases {
            let database = try database(journal)
            let free = try database.freePages
            let reader = try ReadLock(database.path)
            let report = try await database.sweep(busyTimeout: .milliseconds(30))
            #expect(report.status == .completed)
            #expect((report.returnedSpace?.end == .done) == (journal == .wal))
            #expect(try database.freePages == (journal == .wal ? 0 : free))
            reader.release()
            #expect(try database.strings("PRAGMA integrity_check") == ["ok"])
        }
    }

    @Test("few free pages are left alone by a run that deleted nothing: it writes nothing at all")
    func floor() async throws {
        let database = try ApplicationDatabase(.wal, pragmas: Self.incremental)
        try database.makeFreePages(rows: 100)
        let free = try database.freePages
        #expect((1..<256).contains(free))
        let version = try database.rows("PRAGMA data_version")
        #expect(try await database.sweep().returnedSpace == nil)
        #expect(try database.rows("PRAGMA data_version") == version)
        try database.insertOldJob("o1")
        #expect(try await database.sweep().returnedSpace?.end == .done)
        #expect(try database.freePages == 0)
    }
}

/// A clock that tells how many pauses there were before each.
private final class CountingClock: SweepClock {
    private let time = ApplicationDatabase.clock()
    private let pauses = Mutex(0)
    private let onPause: @Sendable (Int) -> Void

    init(onPause: @escaping @Sendable (Int) -> Void) {
        self.onPause = onPause
    }

    func now() -> Timestamp { time.now() }
    func uptime() -> Duration { time.uptime() }

    func sleep(for pause: Duration) async {
        await time.sleep(for: pause)
        onPause(
            pauses.withLock { count in
                count += 1
                return count
            })
    }
}
