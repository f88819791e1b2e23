import GRDB
import Sweeping
import Testing

@testable import SQLiteStore

@Suite("Ending a statement from within")
struct StopHandlerTests {
    @Test("VACUUM ends in the middle of its work, and the file is as it was", arguments: Journal.allCases)
    func vacuum(_ journal: Journal) throws {
        let database = try ApplicationDatabase(journal)
        try database.makeFreePages()
        let dump = try database.dump()
        let pages = try database.pageCount
        try database.queue.writeWithoutTransaction { connection in
            var questions = 0
            let handler = StopHandler {
                questions += 1
                return questions == 4
            }
            let error = #expect(throws: DatabaseError.self) {
                try handler.guarding(connection) { try connection.execute(sql: "VACUUM") }
            }
            #expect(error?.resultCode == .SQLITE_INTERRUPT)
            #expect(questions == 4)
            // It holds for its own work alone.
            _ = try Int.fetchOne(connection, sql: "SELECT count(*) FROM job a, job b")
            #expect(questions == 4)
        }
        #expect(try database.dump() == dump)
        #expect(try database.pageCount == pages)
        #expect(try database.strings("PRAGMA integrity_check") == ["ok"])
        #expect(database.folder.files.filter { $0.contains("journal") } == [])
    }

    @Test("work that isn't to stop comes to its end")
    func goesOn() throws {
        let database = try ApplicationDatabase()
        try database.makeFreePages()
        try database.queue.writeWithoutTransaction { connection in
            try StopHandler { false }.guarding(connection) { try connection.execute(sql: "VACUUM") }
        }
        #expect(try database.freePages == 0)
    }
}
