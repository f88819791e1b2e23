import GRDB
import Sweeping

extension Timestamp {
    static func ago(_ span: Duration) -> Timestamp { ApplicationDatabase.now - span }
}

extension ApplicationDatabase {
    /// A job's row; times as the text that is to stand there.
    func insertJob(
        _ id: String, type: String = "sync", status: String = "completed", progress: Int? = 40, error: String? = nil,
        created: String? = nil, started: String? = nil, completed: String? = nil, updated: String? = nil
    ) throws {
        try queue.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    INSERT INTO job (id, type, status, progress, error, created_at, started_at, completed_at, updated_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """, arguments: [id, type, status, progress, error, created, started, completed, updated])
        }
    }

    /// A job that was completed 31 days ago.
    func insertOldJob(_ id: String, type: String = "sync", status: String = "completed") throws {
        let time = Timestamp.ago(.days(31)).plain
        try insertJob(id, type: type, status: status, created: time, started: time, completed: time, updated: time)
    }

    /// A job that has been running for an hour and shows no sign of life.
    func insertStaleJob(_ id: String, type: String = "sync", status: String = "running", progress: Int? = 40) throws {
        let time = Timestamp.ago(.hours(1)).plain
        try insertJob(
            id, type: type, status: status, progress: progress, error: "old error", created: time, started: time,
            updated: time)
    }

    func insertDownload(_ id: Int, _ timestamp: String? = Timestamp.ago(.days(15)).plain, jobID: String? = nil) throws {
        try queue.writeWithoutTransaction { database in
            try database.execute(
                sql: "INSERT INTO handled_downloads (id, timestamp, job_id) VALUES (?, ?, ?)",
                arguments: [id, timestamp, jobID])
        }
    }

    func insertPlan(_ id: Int, status: String = "PENDING", jobID: String? = nil) throws {
        try queue.writeWithoutTransaction { database in
            try database.execute(
                sql: "INSERT INTO analysis_plan (id, status, job_id, updated_at) VALUES (?, ?, ?, ?)",
                arguments: [id, status, jobID, Timestamp.ago(.days(3)).plain])
        }
    }

    var jobIDs: [String] {
        get throws { try strings("SELECT id FROM job ORDER BY id").compactMap(\.self) }
    }

    var downloadIDs: [String] {
        get throws { try strings("SELECT CAST(id AS TEXT) FROM handled_downloads ORDER BY id").compactMap(\.self) }
    }

    /// `id|status`.
    var planStatuses: [String] {
        get throws { try rows("SELECT id, status FROM analysis_plan ORDER BY id") }
    }
}
