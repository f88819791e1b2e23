import Foundation
import Sweeping

/// A restore's report as text for machines and for people.
package enum RestoreText {
    package static func json(_ report: RestoreReport, pretty: Bool = false) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        do {
            return String(decoding: try encoder.encode(report), as: UTF8.self)
        } catch {
            preconditionFailure("a report must be encodable: \(error)")
        }
    }

    /// What a restore that is over had to say; nil while it is under way, or where nobody knows.
    static func report(of record: RunRecord) -> RestoreReport? {
        record.report.flatMap { try? JSONDecoder().decode(RestoreReport.self, from: Data($0.utf8)) }
    }

    package static func summary(_ report: RestoreReport) -> String {
        let kind = report.request.dryRun ? "Dry restore" : "Restore"
        let note = report.request.dryRun ? ", nothing was changed" : ""
        let seconds = String(format: "%.3f", Double(report.duration.wholeMicroseconds) / 1_000_000)
        var lines = [
            "\(kind) of run \(report.request.runID): \(report.status.rawValue.replacing("_", with: " ")) in \(seconds) s\(note)"
        ]
        let verb = report.request.dryRun ? "would be put back" : "put back"
        for operation in Set(report.restored.keys).union(report.present.keys).sorted() {
            let present = report.present[operation] ?? 0
            let already = present > 0 ? ", \(present) already as they were" : ""
            lines.append("  \(operation): \(report.restored[operation] ?? 0) \(verb)\(already)")
        }
        if report.restored.isEmpty, report.present.isEmpty { lines.append("  no row \(verb)") }
        for (operation, time) in report.takenAgain.sorted(by: { $0.key < $1.key }) {
            let when =
                report.heldUntil == nil
                ? "with its next run, should its settings still say so" : "from \(time.rfc3339) on"
            let takes = report.request.dryRun ? "would take" : "takes"
            lines.append("  \(operation) \(takes) what was put back again \(when)")
        }
        let failed = report.notRestored
        if failed > 0 {
            lines.append("Not put back: \(failed)")
            lines += report.failures.prefix(20).map { "  \($0.operation), \($0.row): \($0.reason)" }
            let more = failed - min(20, report.failures.count)
            if more > 0 { lines.append("  … and \(more) more; --json lists up to \(RunReport.listLimit)") }
        }
        if let notKept = report.notKept { lines.append("Not kept by the run: \(notKept)") }
        if let notRecorded = report.notRecorded { lines.append("Not recorded: \(notRecorded)") }
        if let error = report.error { lines.append("Error: \(error)") }
        return lines.joined(separator: "\n")
    }
}
