import RowArchive
import Sweeping
import Synchronization
import TestTools
import Testing

@testable import SQLiteStore

/// A run that is killed between a commit and what its archive says of it.
@Suite("What a run that was killed did last")
struct ArchiveDoubtTests {
    enum Death: CaseIterable {
        /// After the rows are durable, before they are deleted.
        case beforeCommit
        /// After they are deleted, before the archive knows.
        case afterCommit
        /// The machine went down: of what was deleted the archive has no more than what was durable.
        case powerCut
    }

    /// An archive whose process ends with its second batch.
    private final class DyingSink: ArchiveSink {
        private let writer: ArchiveWriter
        private let death: Death
        private let seals = Mutex(0)

        init(_ writer: ArchiveWriter, _ death: Death) {
            self.writer = writer
            self.death = death
        }

        private var isDead: Bool { seals.withLock { $0 } > 1 }
        private func alive(_ work: () -> Void) { if !isDead { work() } }

        func foresee(_ rows: [ArchivedRow], of operation: String) { alive { writer.foresee(rows, of: operation) } }
        func begin(_ operation: String) { alive { writer.begin(operation) } }
        func keep(_ row: ArchivedRow) { alive { writer.keep(row) } }
        func miss(_ reason: String) { alive { writer.miss(reason) } }
        func setMark() { alive(writer.setMark) }
        func goBack() { alive(writer.goBack) }
        func confirm() { alive(writer.confirm) }
        func discard() { alive(writer.discard) }
        func finish() -> ArchiveFacts { ArchiveFacts() }

        func seal() throws(StoreError) {
            let number = seals.withLock { seals in
                seals += 1
                return seals
            }
            guard number < 3 else { throw StoreError(.archiveFull, "dead") }
            if number == 1 || death != .powerCut { try writer.seal() }
            if number == 2, death == .beforeCommit { throw StoreError(.archiveFull, "dead") }
        }
    }

    @Test(
        "is found out: what it deleted comes back, and what the application deleted itself doesn't",
        arguments: Death.allCases)
    func killed(_ death: Death) async throws {
        let database = try ApplicationDatabase(.wal)
        for id in 0..<40 { try database.insertDownload(id) }
        let header = ArchiveHeader(
            runID: "run", database: database.path, startedAt: ApplicationDatabase.now,
            boot: death == .powerCut ? "another" : ArchiveHeader.thisBoot)
        let writer = ArchiveWriter(
            header, folder: database.archives.path, limits: .init(bytes: 1 << 30, whenFull: .goOn))
        let sink = DyingSink(writer, death)
        let session = try await database.store().openSession(
            SessionOptions(dryRun: false, now: ApplicationDatabase.now, archive: sink))
        let selection = Sweeps.oldDownloads(before: ApplicationDatabase.now)
        let deletion = TableChange(of: selection, .delete, now: ApplicationDatabase.now)
        let keys = try await session.page(selection, after: nil, limit: 30).rows.map(\.key)
        var prepared = 0
        while prepared < keys.count {
            prepared += try await session.prepare(Array(keys[prepared...]), for: deletion).count
        }
        for batch in [keys[..<10], keys[10..<20], keys[20...]] {
            _ = try? await session.change(batch.map { PlannedRow($0) }, by: deletion, within: .seconds(60))
        }
        await session.close()
        let left = death == .beforeCommit ? 30 : 20
        #expect(try database.downloadIDs.count == left)

        // Rows of the batch in doubt, of one that never was, and of none.
        try database.execute("UPDATE handled_downloads SET download_name = 'mine' WHERE id IN (12, 22)")
        if death != .powerCut { try database.execute("DELETE FROM handled_downloads WHERE id IN (13, 23, 33)") }
        let mine = try Set(database.downloadIDs)
        let archive = try database.archives.open(run: "run")
        #expect(archive.isInDoubt)
        #expect(database.archives.inDoubt(of: database.path).count == 1)

        let report = try await database.restore()
        #expect(report.status == .completed)
        let gone = death == .beforeCommit ? 0..<10 : 0..<20
        #expect(try Set(database.downloadIDs) == mine.union(gone.map(String.init)))
        #expect(report.restoredRows == gone.count)
        let settled = try database.archives.open(run: "run")
        #expect(!settled.isInDoubt && settled.rows == gone.count && !settled.hasTail)
        #expect(database.archives.inDoubt(of: database.path).count == 0)
        // Once it is said, what was put back doesn't make it uncertain again.
        let again = try await database.restore()
        #expect(again.restoredRows == 0 && again.present == report.restored)
    }
}
