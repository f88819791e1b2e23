import Foundation
import Sweeping

/// A report as text for machines and for people.
package enum ReportText {
    /// The report's JSON, on one line or laid out for reading.
    package static func json(_ report: RunReport, pretty: Bool = false) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        do {
            return String(decoding: try encoder.encode(report), as: UTF8.self)
        } catch {
            // Every field is text or a finite number, so this says that the program is wrong, not its input.
            preconditionFailure("a report must be encodable: \(error)")
        }
    }

    /// The summary that `jobsweep run` prints: what was done, what was left alone and why, and every error.
    package static func summary(_ report: RunReport, samples: Bool) -> String {
        var lines = [headline(report)]
        for operation in report.request.operations {
            guard let result = report.results[operation] else {
                lines.append("  \(label(operation)) not begun")
                continue
            }
            if let held = report.held.first(where: { $0.operation == operation }) {
                lines.append("  \(label(operation)) held: \(held.what)")
                if samples { lines += result.samples.map { "      \($0.id): \($0.note)" } }
                continue
            }
            lines.append(
                "  \(label(operation)) \(result.rowsChanged) \(outcome(of: operation, in: report))"
                    + (result.dependents > 0 ? ", with \(result.dependents) rows of other tables" : ""))
            if samples {
                lines += result.samples.map { "      \($0.id): \($0.note)" }
                let more = result.rowsChanged - result.samples.count
                if more > 0, !result.samples.isEmpty { lines.append("      … and \(more) more") }
            }
        }
        lines += report.scarce.map { room in
            "Little room: \(readableBytes(room.availableBytes)) are free on the disk of \(room.purpose), so batches were small"
        }
        if let space = report.returnedSpace, space.bytes > 0 {
            lines.append("Given back to the disk: \(readableBytes(space.bytes))")
        }
        if !report.held.isEmpty {
            let names = report.held.map(\.operation.rawValue).joined(separator: " ")
            lines.append("Held: look at a preview, and let it go on once where it is right:  jobsweep approve \(names)")
        }
        lines += skippedLines(report) + waitLines(report)
        if report.errorCount > 0 {
            lines.append("Errors: \(report.errorCount)")
            lines += report.errors.prefix(20).map { error in
                "  \(error.operationLabel)\(error.jobID.map { " (job \($0))" } ?? ""): \(error.message)"
            }
            let more = report.errorCount - min(20, report.errors.count)
            if more > 0 { lines.append("  … and \(more) more; --json lists up to \(RunReport.listLimit)") }
        }
        return lines.joined(separator: "\n")
    }

    /// What the run waited for, and what nobody could see.
    private static func waitLines(_ report: RunReport) -> [String] {
        let waited = PauseReason.allCases.compactMap { reason in
            report.waits.causes[reason].map { cause in
                let span = readableSeconds((report.waits.spans[reason] ?? .zero).inSeconds)
                return "Waited: \(span) \(reason.words): \(cause)"
            }
        }
        let unseen = PauseReason.allCases.compactMap { reason in
            report.waits.unknown[reason].map { "Unknown (\(reason.rawValue)): \($0)" }
        }
        return waited + unseen
    }

    private static func headline(_ report: RunReport) -> String {
        let kind = report.request.dryRun ? "Preview" : "Run"
        let seconds = String(format: "%.3f", report.durationSeconds)
        let note = report.request.dryRun ? ", nothing was changed" : ""
        return
            "\(kind) \(report.request.runID): \(report.status.rawValue.replacing("_", with: " ")) in \(seconds) s\(note)"
    }

    private static func label(_ operation: OperationName) -> String {
        let name = operation.rawValue + ":"
        return name + String(repeating: " ", count: max(0, 15 - name.count))
    }

    private static func outcome(of operation: OperationName, in report: RunReport) -> String {
        report.catalogue.first { $0.name == operation }?.wording.outcome(dryRun: report.request.dryRun) ?? ""
    }

    private static func skippedLines(_ report: RunReport) -> [String] {
        SkipReason.allCases.compactMap { reason in
            let text = reason.words
            let count = report.skipped(reason)
            guard count > 0 else { return nil }
            let ids = report.results.values.flatMap { $0.examples[reason] ?? [] }.prefix(5)
            let named = ids.isEmpty ? "" : " (\(ids.joined(separator: ", "))\(count > ids.count ? ", …" : ""))"
            // A sign of life from the future is none: such a job is settled.
            return "\(reason == .future ? "Look at" : "Left alone"): \(count) \(text)\(named)"
        }
    }
}
