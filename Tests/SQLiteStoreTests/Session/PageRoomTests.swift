import GRDB
import Sweeping
import TestTools
import Testing

@testable import SQLiteStore

@Suite("Room for pages")
struct PageRoomTests {
    private func kibibytes(_ session: SQLiteSession) async throws -> Int? {
        try await session.perform { try Int.fetchOne($0, sql: "PRAGMA cache_size").map { -$0 } }
    }

    @Test("a session that only reads keeps few pages; from its first batch on, as many as a batch has")
    func widens() async throws {
        let database = try ApplicationDatabase(.wal)
        for index in 0..<3 { try database.insertOldJob("o\(index)") }
        let selection = Sweeps.oldJobs(before: ApplicationDatabase.now)
        let deletion = TableChange(of: selection, .delete, now: ApplicationDatabase.now)
        for (isDry, room) in [(true, 1024), (false, 5120)] {
            try await withSession(of: database.store(), dryRun: isDry) { session in
                let keys = try await session.page(selection, after: nil, limit: 100).rows.map(\.key)
                #expect(try await kibibytes(session) == 1024)
                let outcome = try await session.change(
                    keys.map { PlannedRow($0) }, by: deletion, within: .seconds(60))
                #expect(outcome.rows == [.done, .done, .done])
                #expect(try await kibibytes(session) == room)
            }
        }
    }
}
