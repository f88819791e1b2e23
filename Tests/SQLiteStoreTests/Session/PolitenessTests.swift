import Foundation
import Sweeping
import TestTools
import Testing

@testable import SQLiteStore

/// What a session notices of other connections, and what becomes of the log that it writes.
@Suite("Beside the application")
struct PolitenessTests {
    @Test("another connection's commit is seen once, one's own never", arguments: Journal.allCases)
    func others(_ journal: Journal) async throws {
        let database = try ApplicationDatabase(journal)
        for number in 0..<3 { try database.insertOldJob("o\(number)") }
        try await withSession(of: database.store()) { session in
            let rows = try await session.finishedJobs(before: .ago(.days(30)), after: nil, limit: 10).rows
            _ = try await session.deleteJobs([rows[0].key])
            #expect(try await !othersHaveWritten(session))
            try database.insertOldJob("n1")
            #expect(try await othersHaveWritten(session))
            #expect(try await !othersHaveWritten(session))
            try database.insertOldJob("n2")
            _ = try await session.deleteJobs([rows[1].key])
            #expect(try await !othersHaveWritten(session))
        }
    }

    private func othersHaveWritten(_ session: SQLiteSession) async throws -> Bool {
        try await session.perform { session.foreignWrites.areNew($0) }
    }

    @Test("a log that was moved begins anew: its content counts, not its file's length")
    func logContent() async throws {
        let database = try ApplicationDatabase(.wal)
        for number in 0..<400 { try database.insertOldJob("o\(number)") }
        try await withSession(of: database.store()) { session in
            let rows = try await session.finishedJobs(before: .ago(.days(30)), after: nil, limit: 1000).rows
            let many = try await session.deleteJobs(rows.prefix(399).map(\.key))
            #expect(many.logBytes > 100_000)
            #expect(try await session.relieveLog() == 0)
            let length = session.file.writeAheadLogBytes
            let one = try await session.deleteJobs([rows[399].key])
            #expect(one.rows == [.done])
            #expect((1..<100_000).contains(one.logBytes))
            #expect(session.file.writeAheadLogBytes == length)
        }
    }
}
