import Foundation
import Sweeping
import TestTools
import Testing

@testable import SQLiteStore

@Suite("Paths of databases")
struct PathTests {
    @Test(
        "every name that a file can have leads to that file and to no other",
        arguments: [
            "app.db", "with space.db", "what?.db", "a#b.db", "100%.db", "%41.db", "a&mode=memory", "file:x?mode=ro.db",
            "quo'te\".db", "Müller-ключ-猫.db", "back\\slash.db", "new\nline.db", ":memory:", "semi;colon.db",
            "plus+.db",
        ], Journal.allCases)
    func names(_ name: String, _ journal: Journal) async throws {
        let folder = try TemporaryFolder()
        let plain = try ApplicationDatabase(journal, folder: folder)
        try plain.insertOldJob("o1")
        try plain.queue.close()
        let path = folder(name)
        if name != "app.db" { try FileManager.default.moveItem(atPath: folder("app.db"), toPath: path) }
        let before = folder.files
        let store = SQLiteMaintenanceStore(path: path)
        #expect(store.name == path)
        #expect(try await store.inspect().fileBytes > 0)
        let sweeper = Sweeper(store: store, clock: ApplicationDatabase.clock(), processID: 1)
        let request = RunRequest(runID: "r", trigger: .cli, dryRun: false, operations: SweepPolicy().operationNames)
        let report = try await sweeper.begin(request, policy: SweepPolicy()).execute()
        #expect(report.status == .completed)
        #expect(report.rowsChanged(by: .oldJobs) == 1)
        #expect(folder.files == (before + [name + "-jobsweep.lock"]).sorted())
    }

    @Test("a database that isn't there is an error and is not made")
    func missing() async throws {
        let folder = try TemporaryFolder()
        let path = folder("none.db")
        let store = SQLiteMaintenanceStore(path: path)
        let expected = StoreError(.missing, "there is no database at \(path): give the application's own file")
        #expect(store.name == path)
        await #expect(throws: expected) { try await store.openSession(SessionOptions(dryRun: true)) }
        await #expect(throws: expected) { try await store.inspect() }
        await #expect(throws: expected) { try await store.examine([], at: ApplicationDatabase.now, in: .utc) }
        let holder = RunHolder(runID: "r", processID: 1, trigger: .cli, startedAt: ApplicationDatabase.now)
        #expect(throws: expected) { try store.acquireLease(for: holder) }
        let deep = SQLiteMaintenanceStore(path: folder("no/such/folder.db"))
        await #expect(throws: StoreError.self) { try await deep.inspect() }
        #expect(folder.files == [])
    }

    @Test("a file that goes between the look and the opening isn't made anew")
    func gone() async throws {
        let database = try ApplicationDatabase()
        let file = try DatabaseFile(resolving: database.path)
        try database.queue.close()
        try FileManager.default.removeItem(atPath: database.path)
        let gate = BusyGate { false }
        let error = await #expect(throws: StoreError.self) {
            try await DatabaseConnection.open(file, for: .run, gate: gate)
        }
        #expect(error?.code == .cannotOpen)
        #expect(database.folder.files == [])
        #expect(file.bytes == 0)
    }

    @Test("a folder is no database")
    func folder() async throws {
        let folder = try TemporaryFolder()
        let store = SQLiteMaintenanceStore(path: folder.path)
        await #expect(
            throws: StoreError(.cannotOpen, "\(folder.path) is not a file: give the path of an SQLite database")
        ) {
            try await store.inspect()
        }
    }

    @Test(
        "names that lead to one file are one database with one lease",
        arguments: ["link.db", "sub/../app.db", "./app.db", "sub/link.db"])
    func links(_ name: String) async throws {
        let database = try ApplicationDatabase()
        let folder = database.folder
        try FileManager.default.createDirectory(atPath: folder("sub"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: folder("link.db"), withDestinationPath: "app.db")
        try FileManager.default.createSymbolicLink(atPath: folder("sub/link.db"), withDestinationPath: "../link.db")
        let other = SQLiteMaintenanceStore(path: folder(name))
        #expect(other.name == database.store().name)
        let holder = RunHolder(runID: "run-1", processID: 1, trigger: .schedule, startedAt: ApplicationDatabase.now)
        let lease = try database.store().acquireLease(for: holder)
        #expect(throws: RunRefusal.underWay(holder)) { try other.acquireLease(for: holder) }
        lease.release()
        try other.acquireLease(for: holder).release()
        #expect(folder.files.filter { $0.hasSuffix(".lock") } == ["app.db-jobsweep.lock"])
    }
}
