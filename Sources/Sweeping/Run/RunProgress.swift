/// How far a run is.
package struct RunProgress: Sendable, Equatable, Codable {
    /// 0 to 100.
    package var percent: Int
    package var message: String

    package init(percent: Int, message: String) {
        self.percent = percent
        self.message = message
    }

    static let finding = RunProgress(percent: 10, message: "Finding stale jobs...")
    static let givingBackSpace = RunProgress(percent: 97, message: "Giving space back to the disk...")
    static let done = RunProgress(percent: 100, message: "Done")

    /// An operation that has looked at `seen` of its `total` rows.
    static func of(_ wording: OperationWording, seen: Int = 0, of total: Int = 1) -> RunProgress {
        let width = wording.span.upperBound - wording.span.lowerBound
        let share = total > 0 ? min(seen, total) * width / total : width
        return RunProgress(percent: wording.span.lowerBound + share, message: wording.progress)
    }
}
