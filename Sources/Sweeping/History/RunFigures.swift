/// What lists, charts and the page show of a run that is over.
package struct RunFigures: Sendable, Equatable, Codable {
    /// Rows changed, by operation.
    package var rows: [String: Int]
    package var errorCount: Int
    /// What the totals get of a run whose process ended before it did; nil for those that came to their end.
    package var lost: LabelledCounts?
    /// What a run's own page shows besides; nil for runs of versions that didn't note it.
    package var details: RunDetails?

    package init(rows: [String: Int], errorCount: Int) {
        self.rows = rows
        self.errorCount = errorCount
    }

    package init(_ report: RunReport) {
        rows = [:]
        for operation in report.request.operations {
            rows[operation.rawValue] = report.rowsChanged(by: operation)
        }
        errorCount = report.errorCount
    }

    /// Of a run that goes on.
    package static func soFar(_ report: RunReport) -> RunFigures {
        var figures = RunFigures(report)
        figures.lost = report.counts
        return figures
    }

    private enum CodingKeys: String, CodingKey {
        case rows
        case errorCount = "errors"
        case lost
        case details
    }

    /// Reads what is there: another version may know less, or more.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        rows = (try? container.decode([String: Int].self, forKey: .rows)) ?? [:]
        errorCount = (try? container.decode(Int.self, forKey: .errorCount)) ?? 0
        lost = try? container.decode(LabelledCounts.self, forKey: .lost)
        details = try? container.decode(RunDetails.self, forKey: .details)
    }
}
