import GRDB
import Sweeping
import TestTools
import Testing

@testable import SQLiteStore

/// Tables, keys and values drawn at random, held against SQLite's own cascade on a copy.
@Suite("Child rows: any tables, any values")
struct ChildRowsPropertyTests {
    /// Two tables beside the jobs, and rows whose values look alike and aren't the same.
    private struct Draw {
        fileprivate static let types = [
            "TEXT", "TEXT", "TEXT", "VARCHAR(36)", "INTEGER", "INT", "NUMERIC", "REAL", "BLOB", "", "ANY",
            "FLOATING POINT",
        ]
        private static let collations = [
            "", "", "", "", "", "", "", "", " COLLATE NOCASE", " COLLATE RTRIM", " COLLATE BINARY",
        ]
        private static let values = [
            "NULL", "7", "'7'", "7.0", "'7.0'", "7.5", "'7.5'", "'07'", "x'37'", "'a'", "'A'", "'a '", "x'61'", "''",
            "x''", "0", "'0'", "-7", "9007199254740993", "9007199254740992.0", "'9007199254740993'", "'ä'", "'Ä'",
            "char(0)", "'a' || char(0)",
        ]

        var random: SeededGenerator
        let idType: String

        init(seed: UInt64) {
            random = SeededGenerator(seed: seed)
            // Mostly the same type on both sides: else hardly any draw goes the new way.
            idType = Draw.types.randomElement(using: &random) ?? ""
        }

        private mutating func oneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }

        private mutating func pick(_ list: [String]) -> String { list.randomElement(using: &random) ?? "" }

        private mutating func column(_ name: String) -> String {
            let type = oneIn(8) ? pick(Draw.types) : idType
            return "\(name) \(type)\(pick(Draw.collations)) REFERENCES job\(oneIn(2) ? "" : " (id)")"
                + " ON DELETE \(oneIn(20) ? "SET NULL" : "CASCADE")\(oneIn(4) ? " DEFERRABLE INITIALLY DEFERRED" : "")"
        }

        mutating func schema() -> String {
            let job = """
                CREATE TABLE job (id \(idType)\(oneIn(6) ? " COLLATE NOCASE" : "") PRIMARY KEY, type TEXT, status TEXT,
                    completed_at TEXT, updated_at TEXT)\(oneIn(8) ? " WITHOUT ROWID" : "");
                """
            let columns =
                "n INTEGER PRIMARY KEY, \(column("job_id")), \(oneIn(3) ? column("other") : "other \(idType)")"
            let first = "CREATE TABLE first (\(columns))\(oneIn(4) ? " WITHOUT ROWID" : "");"
            var sql = job + first + "CREATE TABLE second (\(column("job_id")));"
            if oneIn(3) { sql += "CREATE INDEX s ON second (job_id\(pick(Draw.collations)));" }
            if oneIn(3) { sql += "CREATE INDEX f ON first (other);" }
            if oneIn(10) { sql += "CREATE TABLE grandchild (n INTEGER REFERENCES first ON DELETE CASCADE);" }
            if oneIn(10) {
                sql +=
                    "CREATE TABLE log (x); CREATE TRIGGER t AFTER DELETE ON second BEGIN INSERT INTO log VALUES (OLD.job_id); END;"
            }
            return sql
        }

        /// Any of these may be refused.
        mutating func inserts() -> [String] {
            var inserts: [String] = []
            for value in Draw.values {
                let age = oneIn(4) ? "2026-01-01 00:00:00" : "2025-11-01 00:00:00"
                inserts.append("INSERT OR IGNORE INTO job VALUES (\(value), 'sync', 'completed', '\(age)', '\(age)')")
            }
            for n in 0..<80 {
                inserts.append("INSERT INTO first VALUES (\(n), \(pick(Draw.values)), \(pick(Draw.values)))")
                inserts.append("INSERT INTO second VALUES (\(pick(Draw.values)))")
            }
            // There isn't always a table for these.
            for n in 0..<80 { inserts.append("INSERT INTO grandchild VALUES (\(n))") }
            return inserts
        }
    }

    @Test("SQLite's own cascade would have done the same", arguments: 0..<12)
    func same(_ part: UInt64) async throws {
        var atOnce = 0
        var gone = 0
        for seed in part * 40..<(part + 1) * 40 {
            var draw = Draw(seed: seed)
            let database = try ApplicationDatabase(seed % 5 == 0 ? .delete : .wal, schema: draw.schema())
            try await database.queue.writeWithoutTransaction { [inserts = draw.inserts()] database in
                try database.execute(sql: "PRAGMA foreign_keys = OFF; BEGIN")
                for insert in inserts { try? database.execute(sql: insert) }
                try database.execute(sql: "COMMIT")
            }
            let copy = database.folder("copy.db")
            try database.execute("VACUUM INTO '\(copy)'")
            let before = try database.rows("SELECT quote(id) FROM job").count
            try await withSession(of: database.store()) { session in
                let keys = try await session.finishedJobs(before: .ago(.days(30)), after: nil, limit: 100).rows.map(
                    \.key)
                _ = try await session.deleteJobs(keys)
                if try await session.children != nil { atOnce += 1 }
            }
            gone += try before - database.rows("SELECT quote(id) FROM job").count
            try compare(database, with: copy, seed: seed)
        }
        // Otherwise the draws would say nothing.
        #expect(atOnce > 5 && atOnce < 35)
        #expect(gone > 200)
    }

    /// Deletes the jobs that are gone from the copy of what was there before, and looks for differences.
    private func compare(_ database: ApplicationDatabase, with copy: String, seed: UInt64) throws {
        let oracle = try DatabaseQueue(path: copy)
        try oracle.writeWithoutTransaction { oracle in
            try oracle.execute(sql: "ATTACH ? AS swept", arguments: [database.path])
            let same = "typeof(kept.id) = typeof(main.job.id) AND CAST(kept.id AS BLOB) = CAST(main.job.id AS BLOB)"
            try oracle.execute(
                sql: """
                    DELETE FROM main.job
                    WHERE NOT EXISTS (SELECT 1 FROM swept.job AS kept WHERE \(same) OR kept.id IS NULL AND main.job.id IS NULL)
                    """)
            try oracle.execute(sql: "DETACH swept")
        }
        func content(_ queue: DatabaseQueue) throws -> [String] {
            try queue.read { database in
                try String.fetchAll(
                    database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
                ).flatMap { table in
                    let names = try String.fetchAll(
                        database, sql: "SELECT name FROM pragma_table_info(?)", arguments: [table])
                    let row = names.map { "typeof(\($0)) || hex(CAST(\($0) AS BLOB))" }.joined(separator: " || ',' || ")
                    return try String.fetchAll(database, sql: "SELECT '\(table):' || \(row) FROM \(table)").sorted()
                }
            }
        }
        #expect(try content(database.queue) == content(oracle), "seed \(seed)")
    }
}
