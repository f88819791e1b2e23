import Foundation
import Sweeping

/// Past runs as `jobsweep history` prints them.
package enum RunList {
    /// The same JSON as `GET /api/jobs` gives.
    package static func json(_ page: RunPage, limit: Int) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        guard let data = try? encoder.encode(RunJSON.page(page, limit: limit, offset: 0)) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    /// A line a run, in columns.
    /// - Parameter operations: every operation, in run order.
    package static func table(_ page: RunPage, operations: [OperationFacts]) -> String {
        guard !page.runs.isEmpty else { return "No run yet." }
        let header =
            ["STARTED", "TRIGGER", "STATUS"] + operations.map(\.wording.heading) + ["ERRORS", "TOOK", "RUN"]
        let rows = [header] + page.runs.map { columns($0, operations) }
        let widths = header.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        var lines = rows.map { row in
            zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }.joined(separator: "  ")
                .trimmingTrailingSpaces
        }
        if page.total > page.runs.count { lines.append("… and \(page.total - page.runs.count) more (--limit)") }
        return lines.joined(separator: "\n")
    }

    private static func columns(_ record: RunRecord, _ operations: [OperationFacts]) -> [String] {
        let figures = record.figures
        let isTrial = record.request.dryRun
        let what = record.undoes == nil ? (isTrial ? "dry run" : nil) : isTrial ? "dry restore" : "restore"
        let trigger = record.request.trigger.rawValue + (what.map { " (\($0))" } ?? "")
        let rows = operations.map { figures?.rows[$0.name.rawValue].map(String.init) ?? "-" }
        let errors = figures.map { String($0.errorCount) } ?? (record.error == nil ? "-" : "1")
        let took = record.duration.map { String(format: "%.3f s", $0.inSeconds) } ?? "-"
        let started = String(record.startedAt.rfc3339.prefix(19)).replacing("T", with: " ")
        let id = record.request.runID + (record.undoes.map { ", of \($0)" } ?? "")
        return [started, trigger, record.phase.name] + rows + [errors, took, id]
    }
}

extension String {
    fileprivate var trimmingTrailingSpaces: String {
        String(self[..<(lastIndex { $0 != " " }.map(index(after:)) ?? startIndex)])
    }
}
