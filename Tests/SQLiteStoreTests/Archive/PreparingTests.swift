import GRDB
import RowArchive
import Sweeping
import TestTools
import Testing

@testable import SQLiteStore

/// What is done with rows before their batch has the lock: how large they are is known, and what goes is kept.
@Suite("Rows before their batch")
struct PreparingTests {
    private let selection = Sweeps.oldJobs(before: ApplicationDatabase.now)

    private var deletion: TableChange { TableChange(of: selection, .delete, now: ApplicationDatabase.now) }

    private func metadata(in database: ApplicationDatabase) throws -> [String] {
        try database.queue.read { try String.fetchAll($0, sql: "SELECT metadata FROM job ORDER BY id") }
    }

    /// Works on the old jobs with an archive, and gives what the archive has then.
    private func keeping(
        _ database: ApplicationDatabase, _ work: (SQLiteSession, [RowKey], ArchiveWriter) async throws -> Void
    ) async throws -> [[Value]] {
        let header = ArchiveHeader(runID: "run", database: database.path, startedAt: ApplicationDatabase.now)
        let writer = ArchiveWriter(
            header, folder: database.archives.path, limits: .init(bytes: 1 << 30, whenFull: .goOn))
        let session = try await database.store().openSession(
            SessionOptions(
                dryRun: false, longestRead: .seconds(600), now: ApplicationDatabase.now, archive: writer))
        do {
            let page = try await session.page(selection, after: nil, limit: 100)
            try await work(session, page.rows.map(\.key), writer)
            await session.close()
        } catch {
            await session.close()
            throw error
        }
        #expect(writer.finish().trouble == nil)
        let archive = try database.archives.open(run: "run")
        var rows: [[Value]] = []
        for unit in 0..<archive.unitCount {
            try await archive.forEachPiece(ofUnit: unit) { rows += $0.map(\.row.values) }
        }
        #expect(rows.count == archive.rows)
        return rows
    }

    @Test(
        "rows are as large as what is in them, and a look ends with the row that has too much",
        arguments: Journal.allCases)
    func sizes(_ journal: Journal) async throws {
        let database = try ApplicationDatabase(journal)
        for index in 0..<5 { try database.insertOldJob("o\(index)") }
        try database.execute("UPDATE job SET result = zeroblob(5000000) WHERE id = 'o1'")
        try database.execute("UPDATE job SET result = CAST(zeroblob(3000) AS TEXT) WHERE id = 'o2'")
        for archives in [true, false] {
            try await withSession(of: database.store()) { session in
                let keys = try await session.page(selection, after: nil, limit: 100).rows.map(\.key)
                let change =
                    archives ? deletion : TableChange(of: selection, .update([]), now: ApplicationDatabase.now)
                let sizes = try await session.prepare(keys, for: change)
                #expect(sizes.count == 2)
                #expect((50...400).contains(sizes[0]))
                #expect((5_000_050...5_000_400).contains(sizes[1]))
                let rest = try await session.prepare(Array(keys.dropFirst(2)), for: change)
                #expect(rest.count == 3)
                #expect((3050...3400).contains(rest[0]))
                #expect(rest[1] == sizes[0])
            }
        }
    }

    @Test("what is kept before the lock needn't be written with it", arguments: Journal.allCases)
    func nothingLeft(_ journal: Journal) async throws {
        let database = try ApplicationDatabase(journal)
        for index in 0..<50 { try database.insertOldJob("o\(index)") }
        let rows = try await keeping(database) { session, keys, _ in
            #expect(try await session.prepare(keys, for: deletion).count == 50)
            let before = try database.archives.open(run: "run").bytes
            let outcome = try await session.change(
                keys.map { PlannedRow($0) }, by: deletion, within: .seconds(60))
            #expect(outcome.rows == Array(repeating: .done, count: 50))
            // Only which of them went.
            #expect(try database.archives.open(run: "run").bytes - before < 100)
        }
        #expect(rows.count == 50)
    }

    @Test("a column that no decision asks for, changed between the two, is kept as it was when its row went")
    func changedMeanwhile() async throws {
        let database = try ApplicationDatabase(.wal)
        for index in 0..<3 { try database.insertOldJob("o\(index)") }
        try database.execute("UPDATE job SET metadata = 'before'")
        let rows = try await keeping(database) { session, keys, _ in
            _ = try await session.prepare(keys, for: deletion)
            try database.execute("UPDATE job SET metadata = 'after' WHERE id = 'o1'")
            let outcome = try await session.change(
                keys.map { PlannedRow($0) }, by: deletion, within: .seconds(60))
            #expect(outcome.rows == [.done, .done, .done])
        }
        #expect(rows.count == 3)
        #expect(rows.count { $0.contains("before") && !$0.contains("o1") } == 2)
        #expect(rows.contains { $0.contains("after") && $0.contains("o1") })
        let report = try await database.restore()
        #expect(report.status == .completed)
        let kept = try metadata(in: database)
        #expect(kept == ["before", "after", "before"])
    }

    @Test("what was kept and then stayed isn't in the archive")
    func stayed() async throws {
        let database = try ApplicationDatabase(.wal)
        for index in 0..<3 { try database.insertOldJob("o\(index)") }
        let rows = try await keeping(database) { session, keys, _ in
            _ = try await session.prepare(keys, for: deletion)
            try database.execute("UPDATE job SET status = 'running' WHERE id = 'o0'")
            let outcome = try await session.change(
                keys.map { PlannedRow($0) }, by: deletion, within: .seconds(60))
            #expect(outcome.rows == [.changed, .done, .done])
        }
        #expect(rows.count == 2)
        #expect(!rows.contains { $0.contains("o0") })
    }
}
