/// How far a run is.
package struct RunProgress: Sendable, Equatable, Codable {
    /// 0 to 100.
    package var percent: Int
    package var message: String
    /// How far the operation under way is through its rows; nil between operations.
    package var rows: RowProgress?

    package init(percent: Int, message: String, rows: RowProgress? = nil) {
        self.percent = percent
        self.message = message
        self.rows = rows
    }

    static let givingBackSpace = RunProgress(percent: 97, message: "Giving space back to the disk...")
    static let done = RunProgress(percent: 100, message: "Done")

    /// A run at its beginning, whose first operation is this one.
    static func finding(_ first: OperationWording) -> RunProgress {
        RunProgress(percent: 10, message: first.finding)
    }

    /// An operation at its beginning.
    static func beginning(_ wording: OperationWording) -> RunProgress {
        RunProgress(percent: wording.span.lowerBound, message: wording.progress)
    }
}
