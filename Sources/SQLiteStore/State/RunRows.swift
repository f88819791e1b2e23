import GRDB
import Sweeping

/// The statements on the table of runs, and how a record becomes a row and back.
enum RunRows {
    static func insert(_ record: RunRecord, database name: String, in database: Database) throws {
        let sql = """
            INSERT INTO run (id, database, "trigger", dry_run, operations, phase, progress, message, started_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO NOTHING
            """
        try database.execute(
            sql: sql,
            arguments: [
                record.request.runID, name, record.request.trigger.rawValue, record.request.dryRun,
                record.request.operations.map(\.rawValue).joined(separator: ","), record.phase.name,
                record.progress.percent, record.progress.message, record.startedAt.microseconds,
            ])
    }

    static func finish(_ record: RunRecord, in database: Database) throws {
        let sql = """
            UPDATE run SET phase = ?, progress = ?, message = ?, finished_at = ?, duration = ?, report = ?, error = ?
            WHERE id = ?
            """
        try database.execute(
            sql: sql,
            arguments: [
                record.phase.name, record.progress.percent, record.progress.message, record.finishedAt?.microseconds,
                record.duration?.wholeMicroseconds, record.report, record.error, record.request.runID,
            ])
    }

    /// Runs of this database that say they are under way, behind `run_by_database`.
    static func unfinished(database name: String, in database: Database) throws -> [RunRecord] {
        let sql = "SELECT * FROM run WHERE database = ? AND phase IN ('pending', 'running')"
        return try Row.fetchAll(database, sql: sql, arguments: [name]).compactMap(record)
    }

    static func page(
        database name: String, phase: RunRecord.Phase?, limit: Int, offset: Int, in database: Database
    ) throws -> RunPage {
        let condition = phase == nil ? "database = ?" : "database = ? AND phase = ?"
        let arguments: [any DatabaseValueConvertible] = [name] + (phase.map { [$0.name] } ?? [])
        let total = try Int.fetchOne(
            database, sql: "SELECT count(*) FROM run WHERE \(condition)", arguments: StatementArguments(arguments))
        let sql = "SELECT * FROM run WHERE \(condition) ORDER BY sequence DESC LIMIT ? OFFSET ?"
        let rows = try Row.fetchAll(
            database, sql: sql,
            arguments: StatementArguments(arguments + [limit, offset] as [any DatabaseValueConvertible]))
        return RunPage(runs: rows.compactMap(record), total: total ?? 0)
    }

    static func find(_ id: String, database name: String, in database: Database) throws -> RunRecord? {
        let sql = "SELECT * FROM run WHERE id = ? AND database = ?"
        return try Row.fetchOne(database, sql: sql, arguments: [id, name]).flatMap(record)
    }

    /// The start of the newest run with one of these triggers that wasn't a dry run.
    static func lastStart(database name: String, triggers: [Trigger], in database: Database) throws -> Timestamp? {
        let marks = triggers.map { _ in "?" }.joined(separator: ", ")
        let sql = """
            SELECT started_at FROM run WHERE database = ? AND dry_run = 0 AND "trigger" IN (\(marks))
            ORDER BY sequence DESC LIMIT 1
            """
        let arguments = StatementArguments([name] + triggers.map(\.rawValue))
        return try Int64.fetchOne(database, sql: sql, arguments: arguments).map(Timestamp.init(microseconds:))
    }

    /// Deletes runs that started before `limit`, behind `run_by_start`.
    static func prune(before limit: Timestamp, in database: Database) throws {
        try database.execute(sql: "DELETE FROM run WHERE started_at < ?", arguments: [limit.microseconds])
    }

    /// Nil for a row that a later version wrote with words that this one doesn't know.
    private static func record(_ row: Row) -> RunRecord? {
        let words: String = row["operations"]
        guard let trigger = Trigger(rawValue: row["trigger"]), let phase = RunRecord.Phase(name: row["phase"]) else {
            return nil
        }
        let request = RunRequest(
            runID: row["id"], trigger: trigger, dryRun: row["dry_run"],
            operations: words.split(separator: ",").compactMap { Sweeping.Operation(rawValue: String($0)) })
        var record = RunRecord(request: request, startedAt: Timestamp(microseconds: row["started_at"]))
        record.phase = phase
        record.progress = RunProgress(percent: row["progress"], message: row["message"])
        record.finishedAt = (row["finished_at"] as Int64?).map(Timestamp.init(microseconds:))
        record.duration = (row["duration"] as Int64?).map { .microseconds($0) }
        record.report = row["report"]
        record.error = row["error"]
        return record
    }
}
