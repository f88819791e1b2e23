import GRDB
import SQLiteStore
import Sweeping
import TestTools
import Testing

@Suite("SQLite as a maintenance store")
struct SQLiteConformanceTests {
    @Test("keeps every requirement, in either journal mode", arguments: StoreRequirement.allCases, Journal.allCases)
    func requirement(_ requirement: StoreRequirement, _ journal: Journal) async throws {
        let database = try ApplicationDatabase(
            journal,
            schema: Tables.all + "CREATE TABLE guardian (job_id TEXT NOT NULL REFERENCES job (id) ON DELETE RESTRICT);")
        try await requirement.check(SQLiteFixture(database: database))
    }
}

/// The conformance suite's application on SQLite.
struct SQLiteFixture: ConformanceFixture {
    let database: ApplicationDatabase
    var store: SQLiteMaintenanceStore { database.store(busyTimeout: .seconds(3600)) }

    private func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try database.queue.writeWithoutTransaction { try $0.execute(sql: sql, arguments: arguments) }
    }

    private func text(_ time: StoredTime) -> String? {
        if case .at(let instant) = time { instant.plain } else { nil }
    }

    func insert(job: JobRecord, error: String?) throws {
        try database.insertJob(
            job.id, type: job.type, status: job.status, progress: job.progress, error: error,
            created: text(job.createdAt), started: text(job.startedAt), completed: text(job.completedAt),
            updated: text(job.updatedAt))
    }

    func insert(download id: Int, at time: Timestamp, ofJob jobID: String?) throws {
        try database.insertDownload(id, time.plain, jobID: jobID)
    }

    func insert(plan id: Int, status: String, jobID: String?) throws {
        try database.insertPlan(id, status: status, jobID: jobID)
    }

    func insertHistory(ofJob jobID: String) throws {
        try execute("INSERT INTO daemon_job_history (job_id) VALUES (?)", [jobID])
    }

    func protect(job jobID: String) throws {
        try execute("INSERT INTO guardian VALUES (?)", [jobID])
    }

    func set(job id: String, status: String) throws {
        try execute("UPDATE job SET status = ? WHERE id = ?", [status, id])
    }

    func set(job id: String, progress: Int) throws {
        try execute("UPDATE job SET progress = ? WHERE id = ?", [progress, id])
    }

    func touch(job id: String, at time: Timestamp) throws {
        try execute("UPDATE job SET updated_at = ? WHERE id = ?", [time.plain, id])
    }

    func delete(job id: String) throws {
        try execute("DELETE FROM job WHERE id = ?", [id])
    }

    func set(download id: Int, at time: Timestamp) throws {
        try execute("UPDATE handled_downloads SET timestamp = ? WHERE id = ?", [time.plain, id])
    }

    func set(plan id: Int, status: String) throws {
        try execute("UPDATE analysis_plan SET status = ? WHERE id = ?", [status, id])
    }

    func set(plan id: Int, jobID: String?) throws {
        try execute("UPDATE analysis_plan SET job_id = ? WHERE id = ?", [jobID, id])
    }

    func job(_ id: String) throws -> (record: JobRecord, error: String?)? {
        let row = try database.queue.read {
            try Row.fetchOne($0, sql: "SELECT * FROM job WHERE id = ?", arguments: [id])
        }
        guard let row else { return nil }
        func time(_ column: String) -> StoredTime {
            guard let text: String = row[column] else { return .null }
            return Timestamp(reading: text).map(StoredTime.at) ?? .unreadable
        }
        let record = JobRecord(
            id: row["id"], type: row["type"], status: row["status"], progress: row["progress"],
            createdAt: time("created_at"), startedAt: time("started_at"), completedAt: time("completed_at"),
            updatedAt: time("updated_at"))
        return (record, row["error"])
    }

    func downloadIDs() throws -> [Int] {
        try database.queue.read { try Int.fetchAll($0, sql: "SELECT id FROM handled_downloads ORDER BY id") }
    }

    func planStatuses() throws -> [Int: String] {
        try database.queue.read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT id, status FROM analysis_plan")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["id"], $0["status"]) })
        }
    }

    func historyCount() throws -> Int {
        try database.queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM daemon_job_history") ?? 0 }
    }

    func whileLocked(_ body: () async throws -> Void) async throws {
        let holder = try WriteLock(database.path)
        defer { holder.release() }
        try await body()
    }
}
