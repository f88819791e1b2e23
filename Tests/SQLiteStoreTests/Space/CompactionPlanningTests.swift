import Foundation
import GRDB
import Sweeping
import Synchronization
import Testing

@testable import SQLiteStore

@Suite("What VACUUM is said to take")
struct CompactionPlanningTests {
    @Test(
        "a copy among the temporary files, and the log or the journal beside the database", arguments: Journal.allCases)
    func figures(_ journal: Journal) async throws {
        let database = try ApplicationDatabase(journal, pragmas: "PRAGMA auto_vacuum = 2")
        try database.makeFreePages()
        let before = try database.dump()
        let version = try database.rows("PRAGMA data_version")
        let pages = Int64(try database.pageCount)
        let kept = pages - Int64(try database.freePages)
        let asked = Mutex<[String]>([])
        let plan = try await SQLiteCompactor(database.store()) { directory in
            asked.withLock { $0.append(directory) }
            return DiskRoom(fileSystem: directory == database.folder.path ? 1 : 2, availableBytes: 1000)
        }.plan()
        let directories = asked.withLock(\.self)
        #expect(directories.count == 2)
        #expect(directories[1] == database.folder.path)
        let beside =
            switch journal {
            case .wal: ("the write-ahead log", kept * (4096 + 24) + 32)
            case .delete: ("the rollback journal", pages * (4096 + 8) + 4096)
            }
        #expect(
            plan
                == CompactionPlan(
                    sizes: try await database.store().inspect(), keptBytes: kept * 4096,
                    keepsOut: journal == .wal ? .writers : .everyone,
                    needs: [
                        SpaceNeed(
                            purpose: "the new copy", directory: directories[0], fileSystem: 2, bytes: kept * 4096,
                            availableBytes: 1000, remedy: "set SQLITE_TMPDIR to a directory on another disk"),
                        SpaceNeed(
                            purpose: beside.0, directory: database.folder.path, fileSystem: 1, bytes: beside.1,
                            availableBytes: 1000),
                    ]))
        #expect(plan.shortages.count == 2)
        #expect(try database.dump() == before)
        #expect(try database.rows("PRAGMA data_version") == version)
    }

    @Test("is at least what it then writes beside the database", arguments: [512, 4096, 65536])
    func enough(_ pageSize: Int) async throws {
        let database = try ApplicationDatabase(.wal, pragmas: "PRAGMA page_size = \(pageSize)")
        try database.makeFreePages(rows: 1000)
        let plan = try await SQLiteCompactor(database.store()).plan()
        // A reader keeps the whole log where it is, so that it can be looked at afterwards.
        let reader = try ReadLock(database.path)
        let outcome = try await SQLiteCompactor(database.store()).compact(control: RunControl())
        reader.release()
        #expect(outcome.after.writeAheadLogBytes > 0)
        #expect(outcome.after.writeAheadLogBytes <= plan.needs[1].bytes)
    }

    @Test("the temporary directory is the one that SQLite names, and can be asked for its room")
    func temporaryDirectory() async throws {
        let database = try ApplicationDatabase()
        let path = try await database.queue.read { try TemporaryDirectory.path($0) }
        #expect(access(path, W_OK | X_OK) == 0)
        let room = try DiskRoom.of(path)
        #expect(room.availableBytes > 0)
        #expect(try DiskRoom.of(path).fileSystem == room.fileSystem)
        #expect(try DiskRoom.of("/proc").fileSystem != room.fileSystem)
    }

    @Test("a directory that isn't there can't be asked for its room")
    func noDirectory() throws {
        let error = #expect(throws: StoreError.self) { try DiskRoom.of("/nowhere/at all") }
        #expect(
            error
                == StoreError(
                    .inputOutput, "cannot ask how much room is left in /nowhere/at all: No such file or directory"))
    }
}
