import Sweeping
import TestTools
import Testing

@testable import PostgresStore

@Suite("PostgreSQL as a maintenance store", .timeLimit(.minutes(10)))
struct PostgresConformanceTests {
    @Test("keeps every requirement", arguments: StoreRequirement.allCases)
    func requirement(_ requirement: StoreRequirement) async throws {
        let database = try PostgresServer.shared.get().database(ApplicationSchema.all)
        try await requirement.check(PostgresFixture(database: database))
    }
}

/// The conformance suite's application on PostgreSQL.
struct PostgresFixture: ConformanceFixture {
    let database: PostgresDatabase
    var store: PostgresMaintenanceStore { database.store() }

    private func text(_ time: StoredTime) -> String? {
        if case .at(let instant) = time { instant.plain + "+00" } else { nil }
    }

    func insert(job: JobRecord, error: String?) throws {
        try database.execute(
            """
            INSERT INTO job (id, type, status, progress, error, created_at, started_at, completed_at, updated_at)
            VALUES ($1, $2::jobtype, $3::jobstatus, $4, $5, $6, $7, $8, $9)
            """,
            [
                job.id, job.type, job.status, job.progress.map(String.init), error, text(job.createdAt),
                text(job.startedAt), text(job.completedAt), text(job.updatedAt),
            ])
    }

    func insert(download id: Int, at time: Timestamp, ofJob jobID: String?) throws {
        try database.execute(
            "INSERT INTO handled_downloads (id, timestamp, job_id) VALUES ($1, $2, $3)",
            ["\(id)", text(.at(time)), jobID])
    }

    func insert(plan id: Int, status: String, jobID: String?) throws {
        try database.execute(
            "INSERT INTO analysis_plan (id, status, job_id, updated_at) VALUES ($1, $2::planstatus, $3, $4)",
            ["\(id)", status, jobID, text(.at(StoreRequirement.now - .days(3)))])
    }

    func insertHistory(ofJob jobID: String) throws {
        try database.execute("INSERT INTO daemon_job_history (job_id) VALUES ($1)", [jobID])
    }

    func protect(job jobID: String) throws {
        try database.execute("INSERT INTO guardian VALUES ($1)", [jobID])
    }

    func set(job id: String, status: String) throws {
        try database.execute("UPDATE job SET status = $1::jobstatus WHERE id = $2", [status, id])
    }

    func set(job id: String, progress: Int) throws {
        try database.execute("UPDATE job SET progress = $1 WHERE id = $2", ["\(progress)", id])
    }

    func touch(job id: String, at time: Timestamp) throws {
        try database.execute("UPDATE job SET updated_at = $1 WHERE id = $2", [text(.at(time)), id])
    }

    func delete(job id: String) throws {
        try database.execute("DELETE FROM job WHERE id = $1", [id])
    }

    func set(download id: Int, at time: Timestamp) throws {
        try database.execute("UPDATE handled_downloads SET timestamp = $1 WHERE id = $2", [text(.at(time)), "\(id)"])
    }

    func set(plan id: Int, status: String) throws {
        try database.execute("UPDATE analysis_plan SET status = $1::planstatus WHERE id = $2", [status, "\(id)"])
    }

    func set(plan id: Int, jobID: String?) throws {
        try database.execute("UPDATE analysis_plan SET job_id = $1 WHERE id = $2", [jobID, "\(id)"])
    }

    func job(_ id: String) throws -> (record: JobRecord, error: String?)? {
        try database.with { link in
            var statement = Statement()
            statement.sql = """
                SELECT type::text, status::text, progress, created_at, started_at, completed_at, updated_at, error
                FROM job WHERE id = \(statement.bind(id))
                """
            let rows = try link.run(statement)
            guard rows.count == 1 else { return nil }
            func time(_ column: Int) -> StoredTime {
                TimeReader.text.time(ColumnKind.time(.zoned).value(rows.bytes(0, column)))
            }
            let record = JobRecord(
                id: id, type: rows.text(0, 0) ?? "", status: rows.text(0, 1) ?? "",
                progress: rows.integer(0, 2).map(Int.init), createdAt: time(3), startedAt: time(4),
                completedAt: time(5), updatedAt: time(6))
            return (record, rows.text(0, 7))
        }
    }

    func downloadIDs() throws -> [Int] {
        try database.texts("SELECT id::text FROM handled_downloads ORDER BY id").compactMap(Int.init)
    }

    func planStatuses() throws -> [Int: String] {
        let pairs = try database.texts("SELECT id || ':' || status FROM analysis_plan").map { $0.split(separator: ":") }
        return Dictionary(uniqueKeysWithValues: pairs.map { (Int($0[0]) ?? 0, String($0[1])) })
    }

    func historyCount() throws -> Int { try database.number("SELECT count(*) FROM daemon_job_history") }

    func whileLocked(_ body: () async throws -> Void) async throws {
        let holder = try database.connect()
        _ = try holder.run([Statement("BEGIN"), Statement("LOCK TABLE job IN EXCLUSIVE MODE")])
        do { try await body() } catch {
            _ = try holder.run(Statement("ROLLBACK"))
            throw error
        }
        _ = try holder.run(Statement("ROLLBACK"))
    }
}
