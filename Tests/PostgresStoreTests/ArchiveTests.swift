import Sweeping
import TestTools
import Testing

@testable import PostgresStore

/// What others do between a batch's reading and its deleting: what is kept is what went, whatever they do.
@Suite("The archive of PostgreSQL's rows", .timeLimit(.minutes(10)))
struct ArchiveTests {
    /// A database with finished jobs, each with a row that goes along.
    private func database(_ ids: [String]) throws -> PostgresDatabase {
        let database = try PostgresServer.shared.get().database(ApplicationSchema.all)
        let fixture = PostgresFixture(database: database)
        for id in ids {
            try fixture.insert(job: StoreRequirement.jobsAreDeletedWithTheirChildren.finished(id), error: nil)
            try fixture.insertHistory(ofJob: id)
        }
        return database
    }

    /// Deletes the jobs while `meddling` happens once, after the first reading.
    private func delete(
        _ ids: [String], in database: PostgresDatabase, while meddling: @escaping @Sendable () throws -> Void
    ) async throws -> (archive: ArchiveMemory, outcome: BatchOutcome) {
        let requirement = StoreRequirement.jobsAreDeletedWithTheirChildren
        let archive = ArchiveMemory { seals in if seals == 0 { try meddling() } }
        let outcome = try await withSession(of: database.store(), archive: archive) { session in
            try await session.deleteJobs(requirement.keys(await requirement.finishedRows(session), ids))
        }
        return (archive, outcome)
    }

    @Test("a row that is hung off meanwhile is kept too")
    func childComes() async throws {
        let database = try database(["f1", "f2"])
        let (archive, outcome) = try await delete(["f1", "f2"], in: database) {
            try database.execute("INSERT INTO daemon_job_history (job_id) VALUES ('f1')")
        }
        #expect(outcome.rows == [.done, .done])
        #expect(outcome.dependents == 3)
        #expect(archive.counts == ["job": 2, "daemon_job_history": 3])
        #expect(archive.missed.isEmpty)
    }

    @Test("a row that somebody else takes meanwhile isn't kept")
    func childGoes() async throws {
        let database = try database(["f1", "f2"])
        let (archive, outcome) = try await delete(["f1", "f2"], in: database) {
            try database.execute("DELETE FROM daemon_job_history WHERE job_id = 'f1'")
        }
        #expect(outcome.rows == [.done, .done])
        #expect(archive.counts == ["job": 2, "daemon_job_history": 1])
    }

    @Test("a row that is written meanwhile stays, and isn't kept")
    func rowChanges() async throws {
        let database = try database(["f1", "f2"])
        let (archive, outcome) = try await delete(["f1", "f2"], in: database) {
            try database.execute("UPDATE job SET progress = 7 WHERE id = 'f1'")
        }
        #expect(outcome.rows == [.changed, .done])
        #expect(archive.counts == ["job": 1, "daemon_job_history": 1])
        #expect(try database.texts("SELECT id FROM job") == ["f1"])
    }

    @Test("of a connection that is lost before its commit nothing is kept")
    func connectionLost() async throws {
        let database = try database(["f1", "f2"])
        let archive = ArchiveMemory { _ in
            try database.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        }
        let requirement = StoreRequirement.jobsAreDeletedWithTheirChildren
        await #expect(throws: StoreError.self) {
            try await withSession(of: database.store(), archive: archive) { session in
                _ = try await session.deleteJobs(
                    requirement.keys(await requirement.finishedRows(session), ["f1", "f2"]))
            }
        }
        #expect(archive.units == [])
        #expect(try database.number("SELECT count(*) FROM job") == 2)
    }

    @Test("rows that nothing names come back as often as they were there, and no more often")
    func nameless() async throws {
        let database = try database(["f1"])
        try database.execute(
            """
            CREATE TABLE tag (job_id varchar REFERENCES job ON DELETE CASCADE, word json);
            INSERT INTO tag SELECT 'f1', '{"a" : 1}' FROM generate_series(1, 3);
            INSERT INTO tag VALUES ('f1', NULL)
            """)
        let before = try database.rows("SELECT * FROM tag ORDER BY word::text")
        let (archive, _) = try await delete(["f1"], in: database) {}
        #expect(archive.counts["tag"] == 4)
        let rows = archive.units.flatMap { $0 }
        for _ in 0..<2 {
            try await withSession(of: database.store()) { session in
                _ = try await session.putBack(rows, within: .seconds(600))
            }
            #expect(try database.rows("SELECT * FROM tag ORDER BY word::text") == before)
        }
        try database.execute("DELETE FROM tag WHERE ctid IN (SELECT ctid FROM tag WHERE word IS NOT NULL LIMIT 2)")
        try await withSession(of: database.store()) { session in
            let results = try await session.putBack(rows, within: .seconds(600)).results
            #expect(results.count { $0 == .done } == 2)
        }
        #expect(try database.rows("SELECT * FROM tag ORDER BY word::text") == before)
    }

    @Test("text settles what settings say otherwise")
    func exactText() {
        func value(_ text: String, _ kind: ColumnKind) -> Value {
            Array(text.utf8).withUnsafeBytes { ExactText.value($0, kind) }
        }
        #expect(value("\\x00ff", .bytes) == .blob([0, 255]))
        #expect(value("\\x", .bytes) == .blob([]))
        #expect(value("\\x0", .bytes) == Value("\\x0"))
        #expect(value("-9223372036854775808", .integer) == .integer(.min))
        #expect(value("1.50", .number) == Value("1.50"))
        #expect(value("1.5", .number) == .real(1.5))
        #expect(value("15", .number) == .integer(15))
        #expect(value("-0", .number) == Value("-0"))
        #expect(value("NaN", .number) == Value("NaN"))
        #expect(value("t", .boolean) == .integer(1))
        #expect(value("2026-01-01 00:00:00.5+00 BC", .time(.zoned)) == Value("2026-01-01 00:00:00.500000+00 BC"))
        #expect(value("2026-01-01 00:00:00", .time(.plain)) == Value("2026-01-01 00:00:00.000000"))
        #expect(value("infinity", .time(.zoned)) == Value("infinity"))
        #expect(value("2026-01-01", .time(.date)) == Value("2026-01-01"))
        #expect(ExactText.value(nil, .integer) == .null)
        for known in [Value.integer(.max), .blob([0, 255, 16]), .text([0xC3, 0xBC])] {
            let kind: ColumnKind =
                if case .blob = known { .bytes } else if case .integer = known { .integer } else { .other }
            let text = ExactText.argument(known) ?? []
            #expect(text.withUnsafeBytes { ExactText.value($0, kind) } == known)
        }
        #expect(ExactText.argument(.null) == nil)
    }
}
