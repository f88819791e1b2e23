import GRDB
import Sweeping

/// The statements behind lists of runs: they read no report, since those are long and no list shows them.
enum RunListRows {
    /// Newest first, behind `run_in_order`, `run_by_database` or `run_by_start`.
    static func page(
        _ filter: RunFilter, database name: String, limit: Int, offset: Int, in database: Database
    ) throws -> RunPage {
        let (condition, arguments) = condition(filter, name)
        let total = try Int.fetchOne(
            database, sql: "SELECT count(*) FROM run WHERE \(condition)", arguments: StatementArguments(arguments))
        let rows = try Row.fetchAll(
            database, sql: list(condition),
            arguments: StatementArguments(arguments + [limit, offset] as [any DatabaseValueConvertible]))
        return RunPage(runs: rows.compactMap(RunRecord.init), total: total ?? 0)
    }

    static func list(_ condition: String) -> String {
        """
        SELECT id, "trigger", dry_run, operations, phase, progress, message, started_at, finished_at, duration, error,
            figures, started_by, ended_by, undoes
        FROM run WHERE \(condition) ORDER BY sequence DESC LIMIT ? OFFSET ?
        """
    }

    static func condition(_ filter: RunFilter, _ name: String) -> (String, [any DatabaseValueConvertible]) {
        var conditions = ["database = ?"]
        var arguments: [any DatabaseValueConvertible] = [name]
        func add(_ condition: String, _ values: any DatabaseValueConvertible...) {
            conditions.append(condition)
            arguments += values
        }
        if let phase = filter.phase { add("phase = ?", phase.name) }
        if let trigger = filter.trigger { add(#""trigger" = ?"#, trigger.rawValue) }
        switch filter.kind {
        case .runs: add("dry_run = 0 AND undoes IS NULL")
        case .previews: add("dry_run = 1 AND undoes IS NULL")
        case .restores: add("undoes IS NOT NULL")
        case nil: break
        }
        if let span = filter.span {
            add("started_at >= ? AND started_at < ?", span.lowerBound.microseconds, span.upperBound.microseconds)
        }
        return (conditions.joined(separator: " AND "), arguments)
    }

    /// In microseconds.
    private static let day: Int64 = 86_400_000_000

    static func days(since start: Timestamp, database name: String, in database: Database) throws -> [RunDay] {
        let rows = try Row.fetchAll(
            database, sql: daysSQL, arguments: [day, name, start.microseconds])
        var days: [RunDay] = []
        for row in rows {
            guard let number = row.whole("day"), let count = row.whole("count"),
                let phase = row.text("phase").flatMap(RunRecord.Phase.init(name:))
            else { continue }
            let midnight = Timestamp(microseconds: number * day)
            if days.last?.start != midnight { days.append(RunDay(start: midnight, phases: [:])) }
            days[days.count - 1].phases[phase, default: 0] += Int(clamping: count)
        }
        return days
    }

    /// Behind `run_by_day`, which has all of it.
    static let daysSQL = """
        SELECT started_at / ? AS day, phase, count(*) AS count FROM run
        WHERE database = ? AND started_at >= ? AND typeof(started_at) = 'integer' AND dry_run = 0 AND undoes IS NULL
        GROUP BY day, phase ORDER BY day
        """
}
