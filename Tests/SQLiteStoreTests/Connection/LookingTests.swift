import Foundation
import GRDB
import Sweeping
import Synchronization
import Testing

@testable import SQLiteStore

@Suite("Looking at a database that others may open")
struct LookingTests {
    private func look(_ database: ApplicationDatabase) async throws -> SessionConnection {
        let gate = BusyGate { false }
        gate.allow(.seconds(1))
        return try await SessionConnection.open(DatabaseFile(resolving: database.path), for: .look, gate: gate)
    }

    private func count(_ look: SessionConnection) async throws -> Int? {
        try await look.perform { try Int.fetchOne($0, sql: "SELECT count(*) FROM job") }
    }

    @Test("a closed database is read without a lock; who opens it and writes meanwhile is noticed, and it is read anew")
    func opened() async throws {
        let database = try ApplicationDatabase(.wal)
        try database.insertOldJob("o1")
        try database.queue.close()
        let look = try await look(database)
        #expect(!look.isShared)
        #expect(try await count(look) == 1)
        #expect(database.folder.files == ["app.db"])
        let again = try ApplicationDatabase.connect(database.path)
        try await again.write { try $0.execute(sql: "INSERT INTO job (id) VALUES ('o2')") }
        #expect(try await count(look) == 2)
        #expect(look.isShared)
        await look.close()
        try again.close()
        #expect(database.folder.files == ["app.db"], "the application was the last, and put its log away")
    }

    @Test("who opens a closed database, writes and closes it just while a page is read: the page is read anew")
    func openedAndClosed() async throws {
        let database = try ApplicationDatabase(.wal)
        try database.insertOldJob("o1")
        try database.queue.close()
        let look = try await look(database)
        let path = database.path
        let reads = Mutex(0)
        let found = try await look.perform { connection in
            let first = reads.withLock {
                $0 += 1; return $0 == 1
            }
            let found = try Int.fetchOne(connection, sql: "SELECT count(*) FROM job")
            if first {
                let application = try ApplicationDatabase.connect(path)
                try application.write { try $0.execute(sql: "INSERT INTO job (id) VALUES ('o2')") }
                try application.close()
            }
            return found
        }
        #expect(found == 2)
        #expect(reads.withLock { $0 } == 2)
        await look.close()
    }

    @Test(
        "while somebody looks, the application's last connection leaves the log to it, and the look leaves it in turn")
    func lastConnection() async throws {
        let database = try ApplicationDatabase(.wal)
        try database.insertOldJob("o1")
        let look = try await look(database)
        #expect(look.isShared)
        let log = try Data(contentsOf: URL(fileURLWithPath: database.path + "-wal"))
        try database.queue.close()
        #expect(try await count(look) == 1)
        await look.close()
        #expect(try Data(contentsOf: URL(fileURLWithPath: database.path + "-wal")) == log)
    }

    @Test(
        "a rehearsal writes nothing however much it changes, and takes away what SQLite made",
        arguments: Journal.allCases)
    func rehearsal(_ journal: Journal) async throws {
        for isOpen in [false, true] {
            let database = try ApplicationDatabase(journal)
            for index in 0..<500 { try database.insertOldJob("o\(index)") }
            if !isOpen { try database.queue.close() }
            let files = database.folder.files
            @Sendable func bytes() throws -> [Data] {
                try files.filter { !$0.hasSuffix("-shm") }
                    .map { try Data(contentsOf: URL(fileURLWithPath: database.folder($0))) }
            }
            let before = try bytes()
            let gate = BusyGate { false }
            gate.allow(.seconds(1))
            let connection = try await SessionConnection.open(
                DatabaseFile(resolving: database.path), for: .rehearsal, gate: gate)
            let during = try await connection.perform { connection in
                try connection.execute(sql: "PRAGMA cache_size = 5")
                try connection.beginTransaction(.immediate)
                // Far more than the cache holds.
                try connection.execute(sql: "UPDATE job SET error = hex(randomblob(4000))")
                let during = try bytes()
                try connection.rollback()
                return during
            }
            #expect(during == before)
            await connection.close()
            #expect(try bytes() == before)
            #expect(database.folder.files == files)
        }
    }

    @Test("a descriptor that SQLite doesn't count is closed only when no connection has locks on the file")
    func outsideDescriptors() throws {
        let database = try ApplicationDatabase(.delete)
        let file = try DatabaseFile(resolving: database.path).identity
        let closed = Mutex<[String]>([])
        func close(_ name: String) {
            OutsideDescriptors.whenUnlocked(file) { closed.withLock { $0.append(name) } }
        }
        close("before")
        OutsideDescriptors.connectionOpens(to: file)
        OutsideDescriptors.connectionOpens(to: file)
        close("between")
        OutsideDescriptors.connectionClosed(to: file)
        #expect(closed.withLock { $0 } == ["before"])
        OutsideDescriptors.connectionClosed(to: file)
        #expect(closed.withLock { $0 } == ["before", "between"])
    }

    @Test(
        "a mount of the file alone is found in the kernel's table, and no other",
        arguments: [
            ("/data/app.db", true), ("/data/my app.db", true), ("/data", true), ("/data/app.db-wal", false),
            ("/dev/vda", false), ("/", true),
        ])
    func mounts(_ path: String, _ expected: Bool) {
        let table = """
            22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
            40 22 254:0 /srv /data rw,relatime shared:1 - ext4 /dev/vda rw
            41 40 254:0 /srv/x.db /data/app.db rw,relatime - ext4 /dev/vda rw
            42 40 254:0 /srv/y.db /data/my\\040app.db rw,relatime - ext4 /dev/vda rw
            """
        #expect(FileMounts.contain(path, table: table) == expected)
    }
}
