/// How an operation is told of.
package struct OperationWording: Sendable, Equatable {
    /// Stands above its figures: `Old jobs`.
    package var title: String
    /// The same as short as can be: `JOBS`.
    package var heading: String
    /// While it is at work: `Deleting old jobs...`.
    package var progress: String
    /// At the beginning of runs that it is the first operation of.
    package var finding: String
    /// How far a run is, in percent, at its beginning and at its end.
    package var span: ClosedRange<Int>
    /// What became of its rows: `old jobs %deleted`, where `%` becomes "would be " in a preview.
    package var outcome: String
    /// The report's field for how many rows it changed; nil where only its name stands for it.
    package var reportField: String?
    /// The report's list of what it did row by row; nil for none.
    package var detailsField: String?

    package init(
        title: String, heading: String, progress: String, finding: String = "Looking for rows...",
        span: ClosedRange<Int>, outcome: String, reportField: String? = nil, detailsField: String? = nil
    ) {
        self.title = title
        self.heading = heading
        self.progress = progress
        self.finding = finding
        self.span = span
        self.outcome = outcome
        self.reportField = reportField
        self.detailsField = detailsField
    }

    package func outcome(dryRun: Bool) -> String {
        outcome.replacing("%", with: dryRun ? "would be " : "")
    }
}
