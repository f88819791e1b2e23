import GRDB
import Sweeping
import TestTools
import Testing

@testable import SQLiteStore

@Suite("A run with nothing to do")
struct IdleTests {
    @Test("asks the same few questions of a long table as of an empty one, and writes nothing")
    func idle() async throws {
        var counts: [Int] = []
        for rows in [0, 3000] {
            let database = try ApplicationDatabase(
                schema: Tables.all + "CREATE INDEX d ON handled_downloads (timestamp);")
            try await database.queue.write { database in
                for index in 0..<rows {
                    try database.execute(
                        sql: "INSERT INTO job (id, type, status, completed_at) VALUES (?, 'sync', 'completed', ?)",
                        arguments: ["j\(index)", Timestamp.ago(.minutes(index)).plain])
                    try database.execute(
                        sql: "INSERT INTO handled_downloads (id, timestamp) VALUES (?, ?)",
                        arguments: [index, Timestamp.ago(.minutes(index)).plain])
                    try database.execute(sql: "INSERT INTO analysis_plan (status) VALUES ('APPLIED')")
                }
                try database.execute(sql: "CREATE INDEX p ON analysis_plan (status)")
            }
            let trace = Trace()
            try await withSession(of: database.store()) { session in
                try await trace.attach(to: session)
                try await session.runEverything(limit: 1000)
            }
            counts.append(trace.all.count(where: Trace.isOnTables))
            let version = try database.rows("PRAGMA data_version")
            #expect(try await database.sweep().results.values.allSatisfy { $0.rowsChanged == 0 })
            #expect(try database.rows("PRAGMA data_version") == version)
        }
        #expect(counts[0] == counts[1])
        // Seven of them find out how the columns of times hold them.
        #expect(counts[0] < 25)
    }
}
