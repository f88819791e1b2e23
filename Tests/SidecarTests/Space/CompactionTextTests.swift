import Sweeping
import Testing

@testable import Sidecar

@Suite("What jobsweep vacuum says")
struct CompactionTextTests {
    private static let mib: Int64 = 1 << 20

    private func plan(
        keepsOut: CompactionPlan.KeepsOut = .writers, reclaimer: SpaceReclaimer = .vacuum, available: Int64 = 1000,
        fileSystems: (UInt64, UInt64) = (1, 2)
    ) -> CompactionPlan {
        let mib = Self.mib
        return CompactionPlan(
            sizes: DatabaseSizes(
                fileBytes: 264 * mib, freeBytes: 176 * mib, writeAheadLogBytes: 4 * mib, reclaimer: reclaimer),
            keptBytes: 88 * mib, keepsOut: keepsOut,
            needs: [
                SpaceNeed(
                    purpose: "the new copy", directory: "/var/tmp", fileSystem: fileSystems.0, bytes: 88 * mib,
                    availableBytes: available * mib, remedy: "set SQLITE_TMPDIR to a directory on another disk"),
                SpaceNeed(
                    purpose: "the write-ahead log", directory: "/data", fileSystem: fileSystems.1, bytes: 89 * mib,
                    availableBytes: 1000 * mib),
            ])
    }

    @Test("the figures before it begins")
    func figures() {
        #expect(
            CompactionText.describe(plan(), of: "/data/app.db") == """
                /data/app.db: 264.0 MiB and a log of 4.0 MiB, 176.0 MiB of it free pages
                VACUUM gives back at least 176.0 MiB (pages that are only partly filled are packed as well)
                It takes for a while:
                  88.0 MiB in /var/tmp for the new copy (1000.0 MiB free)
                  89.0 MiB in /data for the write-ahead log (1000.0 MiB free)
                From its beginning to its end nobody else can write to the database (reading goes on): about 1 s on a fast \
                disk, 9 s on a slow one. Applications that don't wait that long get the error "database is locked".
                """)
    }

    @Test("where readers are kept out too, and where runs give pages back anyway, it says so")
    func others() {
        let text = CompactionText.describe(plan(keepsOut: .everyone, reclaimer: .runs), of: "a.db")
        #expect(text.contains("nobody else can read or write the database: about"))
        #expect(text.contains("incremental auto-vacuum: runs give free pages back without VACUUM"))
    }

    @Test("too little room says what is needed where, what is there, and what to do")
    func shortage() {
        #expect(throws: Never.self) { try plan().checkRoom() }
        let alone = #expect(throws: StoreError.self) { try plan(available: 80).checkRoom() }
        #expect(
            alone
                == StoreError(
                    .full,
                    "there is not enough room on the disk: it takes 88.0 MiB in /var/tmp for the new copy, and 80.0 MiB are"
                        + " free there; free 8.0 MiB more, or set SQLITE_TMPDIR to a directory on another disk"))
        let together = #expect(throws: StoreError.self) {
            try plan(available: 100, fileSystems: (1, 1)).checkRoom()
        }
        #expect(
            together?.message
                == "there is not enough room on the disk: it takes 88.0 MiB in /var/tmp for the new copy and 89.0 MiB in"
                + " /data for the write-ahead log, on one file system, and 100.0 MiB are free there; free 77.0 MiB more,"
                + " or set SQLITE_TMPDIR to a directory on another disk")
    }

    @Test("what was done, and what readers hold back")
    func done() {
        let mib = Self.mib
        var outcome = CompactionOutcome(
            before: plan().sizes,
            after: DatabaseSizes(fileBytes: 88 * mib, freeBytes: 0, writeAheadLogBytes: 0),
            givenBackBytes: 176 * mib, duration: .milliseconds(1234), waitingLogBytes: 0)
        #expect(
            CompactionText.summary(outcome) == """
                VACUUM took 1.234 s and gave back 176.0 MiB
                  before: 264.0 MiB and a log of 4.0 MiB
                  after:  88.0 MiB
                """)
        outcome.waitingLogBytes = nil
        #expect(
            CompactionText.summary(outcome).hasSuffix(
                "\nAnother connection is just moving the write-ahead log into the file, which gets its new size with that"
            )
        )
        outcome.waitingLogBytes = 88 * mib
        #expect(
            CompactionText.summary(outcome).hasSuffix(
                "\nReaders keep 88.0 MiB in the write-ahead log: the file gets its new size with a checkpoint after they"
                    + " let go"))
    }

    @Test("the same for a machine, before and after it is done")
    func json() {
        let small = CompactionPlan(
            sizes: DatabaseSizes(fileBytes: 9, freeBytes: 5, writeAheadLogBytes: 2), keptBytes: 4, keepsOut: .everyone,
            needs: [
                SpaceNeed(
                    purpose: "the new copy", directory: "/tmp", fileSystem: 1, bytes: 4, availableBytes: 7, remedy: "x")
            ])
        let planned = """
              "keeps_out" : "everyone",
              "needs" : [
                {
                  "available_bytes" : 7,
                  "bytes" : 4,
                  "directory" : "/tmp",
                  "purpose" : "the new copy"
                }
              ],
              "reclaimable_bytes" : 5,
            """
        let before = """
              "before" : {
                "free_bytes" : 5,
                "size_bytes" : 9,
                "wal_bytes" : 2
              },
              "database" : "/a.db",
            """
        #expect(
            CompactionText.json(small, of: "/a.db") == """
                {
                \(before)
                \(planned)
                  "status" : "planned"
                }
                """)
        let outcome = CompactionOutcome(
            before: small.sizes, after: DatabaseSizes(fileBytes: 4, freeBytes: 0, writeAheadLogBytes: 1),
            givenBackBytes: 5, duration: .milliseconds(1500), waitingLogBytes: 1)
        #expect(
            CompactionText.json(small, of: "/a.db", outcome: outcome) == """
                {
                  "after" : {
                    "free_bytes" : 0,
                    "size_bytes" : 4,
                    "wal_bytes" : 1
                  },
                \(before)
                  "duration_seconds" : 1.5,
                  "given_back_bytes" : 5,
                \(planned)
                  "status" : "completed",
                  "waiting_log_bytes" : 1
                }
                """)
    }
}
