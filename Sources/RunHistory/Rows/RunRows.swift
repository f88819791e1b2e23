import GRDB
import Sweeping

/// The statements on the table of runs.
enum RunRows {
    static func insert(_ record: RunRecord, database name: String, in database: Database) throws {
        let sql = """
            INSERT INTO run (id, database, "trigger", dry_run, operations, phase, progress, message, started_at,
                started_by, undoes)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO NOTHING
            """
        try database.execute(
            sql: sql,
            arguments: [
                record.request.runID, name, record.request.trigger.rawValue, record.request.dryRun,
                record.request.operations.map(\.rawValue).joined(separator: ","), record.phase.name,
                record.progress.percent, record.progress.message, record.startedAt.microseconds,
                record.request.by.flatMap(jsonText), record.undoes,
            ])
    }

    static func finish(_ record: RunRecord, in database: Database) throws {
        let sql = """
            UPDATE run
            SET phase = ?, progress = ?, message = ?, finished_at = ?, duration = ?, report = ?, error = ?, figures = ?,
                ended_by = ?
            WHERE id = ?
            """
        try database.execute(
            sql: sql,
            arguments: [
                record.phase.name, record.progress.percent, record.progress.message, record.finishedAt?.microseconds,
                record.duration?.wholeMicroseconds, record.report, record.error, record.figures.flatMap(jsonText),
                record.endedBy.flatMap(jsonText), record.request.runID,
            ])
    }

    static func note(_ figures: RunFigures, of run: String, in database: Database) throws {
        try database.execute(
            sql: "UPDATE run SET figures = ? WHERE id = ? AND phase = 'running'", arguments: [jsonText(figures), run])
    }

    /// Closes the runs of this database that say they are under way, behind `run_by_database`.
    /// - Returns: the trigger of each that wasn't a dry run or a restore, as it was written down, and what it had counted.
    static func closeLost(
        database name: String, at now: Timestamp, error: String, in database: Database
    ) throws -> [(trigger: String, counts: LabelledCounts)] {
        let unfinished = "database = ? AND phase IN ('pending', 'running')"
        let lost = try Row.fetchAll(
            database, sql: #"SELECT "trigger", dry_run, undoes, figures FROM run WHERE \#(unfinished)"#,
            arguments: [name])
        guard !lost.isEmpty else { return [] }
        try database.execute(
            sql: "UPDATE run SET phase = ?, finished_at = ?, error = ? WHERE \(unfinished)",
            arguments: [RunRecord.Phase.over(.failed).name, now.microseconds, error, name])
        return lost.filter { $0.whole("dry_run") == 0 && $0.text("undoes") == nil }.compactMap { row in
            row.text("trigger").map { ($0, row.json("figures", as: RunFigures.self)?.lost ?? LabelledCounts()) }
        }
    }

    /// Newest first, behind `run_in_order` or `run_by_database`.
    /// - Returns: the runs, and how many of the page couldn't be read and are left out.
    static func page(
        database name: String, phase: RunRecord.Phase?, limit: Int, offset: Int, in database: Database
    ) throws -> (page: RunPage, unreadable: Int) {
        let condition = phase == nil ? "database = ?" : "database = ? AND phase = ?"
        let arguments: [any DatabaseValueConvertible] = [name] + (phase.map { [$0.name] } ?? [])
        let total = try Int.fetchOne(
            database, sql: "SELECT count(*) FROM run WHERE \(condition)", arguments: StatementArguments(arguments))
        let sql = "SELECT * FROM run WHERE \(condition) ORDER BY sequence DESC LIMIT ? OFFSET ?"
        let rows = try Row.fetchAll(
            database, sql: sql,
            arguments: StatementArguments(arguments + [limit, offset] as [any DatabaseValueConvertible]))
        let runs = rows.compactMap(RunRecord.init)
        return (RunPage(runs: runs, total: total ?? 0), rows.count - runs.count)
    }

    static func find(_ id: String, database name: String, in database: Database) throws -> RunRecord? {
        let sql = "SELECT * FROM run WHERE id = ? AND database = ?"
        return try Row.fetchOne(database, sql: sql, arguments: [id, name]).flatMap(RunRecord.init)
    }

    /// The start, no later than `limit`, of the newest run with one of these triggers that wasn't a dry run, behind `run_in_order`.
    static func lastStart(
        database name: String, triggers: [Trigger], until limit: Timestamp, in database: Database
    ) throws -> Timestamp? {
        let marks = triggers.map { _ in "?" }.joined(separator: ", ")
        let sql = """
            SELECT started_at FROM run
            WHERE database = ? AND dry_run = 0 AND "trigger" IN (\(marks)) AND typeof(started_at) = 'integer'
                AND started_at <= ?
            ORDER BY sequence DESC LIMIT 1
            """
        let arguments = StatementArguments([name] + triggers.map(\.rawValue)) + [limit.microseconds]
        return try Int64.fetchOne(database, sql: sql, arguments: arguments).map(Timestamp.init(microseconds:))
    }

    /// What each operation changed in runs that started since, behind `run_by_start`. What a run did that was ended early, or met errors,
    /// isn't what is usual: the next one finds the rest. Runs that found nothing count where there are no others, and enough of them.
    static func usual(database name: String, since start: Timestamp, in database: Database) throws
        -> [OperationName: UsualRows]
    {
        let sql = """
            SELECT done.key AS operation, max(done.value) AS largest, count(*) AS runs, min(started_at) AS first,
                max(started_at) AS last
            FROM run, json_each(CASE WHEN json_valid(figures) THEN figures ELSE '{}' END, '$.rows') AS done
            WHERE database = ? AND dry_run = 0 AND undoes IS NULL AND phase = 'completed' AND started_at >= ?
                AND typeof(done.value) = 'integer' AND done.value >= 0
            GROUP BY done.key, done.value > 0 HAVING largest > 0 OR count(*) >= ?
            ORDER BY largest
            """
        let rows = try Row.fetchAll(
            database, sql: sql, arguments: [name, start.microseconds, UsualRows.fewestIdle])
        var usual: [OperationName: UsualRows] = [:]
        for row in rows {
            guard let operation = row.text("operation"), let largest = row.whole("largest"),
                let runs = row.whole("runs"), let first = row.whole("first"), let last = row.whole("last")
            else { continue }
            usual[OperationName(rawValue: operation)] = UsualRows(
                largest: Int(clamping: largest), runs: Int(clamping: runs), first: Timestamp(microseconds: first),
                last: Timestamp(microseconds: last))
        }
        return usual
    }

    /// Deletes runs that started before `limit`, behind `run_by_start`; and where the whole database has outgrown `bytes`, the
    /// oldest tenth of what it remembers.
    static func prune(before limit: Timestamp, above bytes: Int, in database: Database) throws {
        try database.execute(sql: "DELETE FROM run WHERE started_at < ?", arguments: [limit.microseconds])
        func pragma(_ name: String) throws -> Int { try Int.fetchOne(database, sql: "PRAGMA \(name)") ?? 0 }
        let pages = try pragma("page_count") - pragma("freelist_count")
        guard try pages * pragma("page_size") > bytes else { return }
        try database.execute(
            sql: """
                DELETE FROM run
                WHERE phase NOT IN ('pending', 'running')
                    AND sequence <= (
                        SELECT sequence FROM run ORDER BY sequence LIMIT 1 OFFSET (SELECT count(*) / 10 FROM run))
                """)
    }
}
