/// The four operations, in the order in which a run does them: the last depends on the first two.
package enum Operation: String, CaseIterable, Sendable, Hashable, Codable {
    case staleJobs = "stale_jobs"
    case oldJobs = "old_jobs"
    case oldDownloads = "old_downloads"
    case stuckPlans = "stuck_plans"

    /// The operations of `chosen`, each once, in the order in which a run does them.
    package static func inRunOrder(_ chosen: some Sequence<Operation>) -> [Operation] {
        let wanted = Set(chosen)
        return allCases.filter(wanted.contains)
    }
}
