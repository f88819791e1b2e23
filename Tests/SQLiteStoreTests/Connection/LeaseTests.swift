import Foundation
import Glibc
import Sweeping
import TestTools
import Testing

@testable import SQLiteStore

@Suite("The lease")
struct LeaseTests {
    private let holder = RunHolder(
        runID: "run-1", processID: 77, trigger: .schedule, startedAt: ApplicationDatabase.now)

    @Test("the file beside the database names its holder while it has one, and stays behind empty")
    func file() throws {
        let database = try ApplicationDatabase()
        let path = database.path + "-jobsweep.lock"
        let lease = try database.store().acquireLease(for: holder)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let found = try JSONDecoder().decode(RunHolder.self, from: Data(text.utf8))
        #expect(found == holder)
        lease.release()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "")
    }

    @Test("a holder whose text can't be read still holds", arguments: ["", "{", "{\"run_id\": 5}", "\u{0}\u{0}"])
    func unnamed(_ text: String) throws {
        let database = try ApplicationDatabase()
        let lease = try database.store().acquireLease(for: holder)
        defer { lease.release() }
        try Data(text.utf8).write(to: URL(fileURLWithPath: database.path + "-jobsweep.lock"))
        #expect(throws: RunRefusal.underWay(nil)) { try database.store().acquireLease(for: holder) }
    }

    @Test("another process' lock refuses the run, and goes with that process, however it ends")
    func otherProcess() throws {
        let database = try ApplicationDatabase()
        let path = database.path + "-jobsweep.lock"
        let text = String(decoding: try JSONEncoder().encode(holder), as: UTF8.self)
        // It takes the lock, names itself, says so, and then waits for an input that never comes.
        let child = try RunningTool([
            "flock", "--no-fork", path, "sh", "-c", "printf %s \"$1\" > \"$0\"; echo held; exec cat", path, text,
        ])
        #expect(child.output(through: "held\n") == "held\n")
        #expect(throws: RunRefusal.underWay(holder)) { try database.store().acquireLease(for: holder) }
        child.kill(SIGKILL)
        #expect(child.finish().status == 128 + SIGKILL)
        let mine = RunHolder(runID: "run-2", processID: 1, trigger: .cli, startedAt: ApplicationDatabase.now)
        let lease = try database.store().acquireLease(for: mine)
        #expect(throws: RunRefusal.underWay(mine)) { try database.store().acquireLease(for: holder) }
        lease.release()
    }

    @Test("a child process doesn't inherit the lock")
    func children() throws {
        let database = try ApplicationDatabase()
        let lease = try database.store().acquireLease(for: holder)
        let child = try RunningTool(["cat"])
        lease.release()
        try database.store().acquireLease(for: holder).release()
        child.finish()
    }

    @Test("a link in the lock file's place isn't followed", arguments: [true, false])
    func link(_ dangling: Bool) throws {
        let database = try ApplicationDatabase()
        let victim = database.folder("victim")
        if !dangling { try Data("precious".utf8).write(to: URL(fileURLWithPath: victim)) }
        try FileManager.default.createSymbolicLink(
            atPath: database.path + "-jobsweep.lock", withDestinationPath: victim)
        let error = #expect(throws: StoreError.self) { try database.store().acquireLease(for: holder) }
        #expect(error?.code == .readOnly)
        #expect(FileManager.default.fileExists(atPath: victim) == !dangling)
        if !dangling { #expect(try String(contentsOfFile: victim, encoding: .utf8) == "precious") }
    }

    @Test("a new lock file has the database's mode, without the right to execute", arguments: [0o600, 0o664, 0o777])
    func mode(_ mode: Int) throws {
        let database = try ApplicationDatabase()
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: database.path)
        try database.store().acquireLease(for: holder).release()
        let facts = try #require(DatabaseFile.facts(database.path + "-jobsweep.lock"))
        #expect(Int(facts.st_mode & 0o777) == mode & 0o666)
    }

    @Test("two databases in one folder have leases of their own")
    func two() throws {
        let first = try ApplicationDatabase()
        let second = try ApplicationDatabase(name: "second.db", folder: first.folder)
        let lease = try first.store().acquireLease(for: holder)
        try second.store().acquireLease(for: holder).release()
        lease.release()
    }
}

@Suite("The lease of a look, and of a file whose lock file is removed")
struct LeaseOfFileTests {
    private func holder(_ dryRun: Bool = false) -> RunHolder {
        RunHolder(
            runID: "run-1", processID: 77, trigger: .schedule, startedAt: ApplicationDatabase.now, dryRun: dryRun)
    }

    @Test("a look takes its lock file away again, and leaves one that was there")
    func look() throws {
        let database = try ApplicationDatabase(.delete)
        let lease = try database.store().acquireLease(for: holder(true))
        #expect(database.folder.files == ["app.db", "app.db-jobsweep.lock"])
        #expect(throws: RunRefusal.underWay(holder(true))) { try database.store().acquireLease(for: holder()) }
        lease.release()
        #expect(database.folder.files == ["app.db"])
        try database.store().acquireLease(for: holder()).release()
        try database.store().acquireLease(for: holder(true)).release()
        #expect(database.folder.files == ["app.db", "app.db-jobsweep.lock"])
    }

    @Test("the lock is the database's: it holds whatever becomes of the file beside it", arguments: [false, true])
    func removed(_ dryRun: Bool) throws {
        let database = try ApplicationDatabase(.delete)
        let lease = try database.store().acquireLease(for: holder(dryRun))
        try FileManager.default.removeItem(atPath: database.path + "-jobsweep.lock")
        #expect(throws: RunRefusal.underWay(nil)) { try database.store().acquireLease(for: holder()) }
        lease.release()
        try database.store().acquireLease(for: holder()).release()
    }

    @Test("what isn't a lock file isn't taken for one: a pipe, a folder, a file with another name")
    func strangers() throws {
        let database = try ApplicationDatabase(.delete)
        let path = database.path + "-jobsweep.lock"
        let precious = database.folder("precious")
        try Data("precious".utf8).write(to: URL(fileURLWithPath: precious))
        for make in [{ link(precious, path) }, { mkfifo(path, 0o666) }, { mkdir(path, 0o777) }] {
            #expect(make() == 0)
            #expect(throws: StoreError.self) { try database.store().acquireLease(for: holder()) }
            #expect(remove(path) == 0)
        }
        #expect(try String(contentsOfFile: precious, encoding: .utf8) == "precious")
    }
}
