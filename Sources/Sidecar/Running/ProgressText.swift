import Sweeping

/// A run's progress in words and as JSON, the same wherever it is shown.
package enum ProgressText {
    /// `Deleting old jobs... 1200 of 5000 rows, about 12 s left`
    package static func line(_ progress: RunProgress) -> String {
        guard let rows = progress.rows else { return progress.message }
        let least = rows.dueIsLeast ? "at least " : ""
        let rest = rows.restSeconds.map { ", about \(span($0)) left" } ?? ""
        return "\(progress.message) \(rows.done) of \(least)\(rows.due) rows\(rest)"
    }

    /// Whole seconds up to a minute and a half, then whole minutes: an estimate is no better than that.
    private static func span(_ seconds: Double) -> String {
        seconds <= 90 ? "\(Int(seconds.rounded(.up))) s" : "\(Int((seconds / 60).rounded(.up))) min"
    }

    static func json(_ rows: RowProgress?) -> JSONValue {
        guard let rows else { return .null }
        return [
            "operation": .string(rows.operation), "done": .int(rows.done), "due": .int(rows.due),
            "due_is_least": .bool(rows.dueIsLeast),
            "rest_seconds": rows.restSeconds.map { .double(($0 * 10).rounded() / 10) } ?? .null,
        ]
    }
}
