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

    /// The share of stale jobs that were looked at, between 20 and 90 percent.
    static func staleJobs(seen: Int, of total: Int) -> RunProgress {
        let share = total > 0 ? min(seen, total) * 70 / total : 70
        return RunProgress(percent: 20 + share, message: "Settling stale jobs...")
    }

    static let startOf: [Operation: RunProgress] = [
        .staleJobs: RunProgress(percent: 20, message: "Settling stale jobs..."),
        .oldJobs: RunProgress(percent: 90, message: "Deleting old jobs..."),
        .oldDownloads: RunProgress(percent: 92, message: "Deleting old download records..."),
        .stuckPlans: RunProgress(percent: 95, message: "Resetting stuck plans..."),
    ]
}
