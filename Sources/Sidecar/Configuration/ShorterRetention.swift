import Sweeping

/// Rows that a new policy deletes sooner than the one before it did.
struct ShorterRetention: Equatable {
    let operation: Sweeping.Operation
    /// Such as `failed jobs of type export`.
    let rows: String
    /// How long they were kept; nil for ever.
    let old: Duration?
    let new: Duration
}

extension ShorterRetention: CustomStringConvertible {
    /// `old_jobs deletes finished jobs after 30d, and not after 365d`
    var description: String {
        let before = old.map { "and not after \(DurationText.print($0))" } ?? "which were kept so far"
        return "\(operation.rawValue) deletes \(rows) after \(DurationText.print(new)), \(before)"
    }
}

extension SweepPolicy {
    /// What this policy deletes sooner than `old` did, in run order.
    func shorterRetentions(since old: SweepPolicy) -> [ShorterRetention] {
        jobs(since: old) + downloads(since: old)
    }

    private func jobs(since old: SweepPolicy) -> [ShorterRetention] {
        guard oldJobs.enabled else { return [] }
        // A type that neither policy names stands for all of them.
        let types = [nil] + Set(oldJobs.keepByType.keys).union(old.oldJobs.keepByType.keys).sorted()
        var shorter: [ShorterRetention] = []
        for type in types {
            let found = JobStatus.finished.compactMap { status -> ShorterRetention? in
                let name = type ?? SweepPolicy.noType
                let before = old.oldJobs.enabled ? old.oldJobs.keep(status: status, type: name) : nil
                let after = oldJobs.keep(status: status, type: name)
                guard before.map({ after < $0 }) ?? true else { return nil }
                return ShorterRetention(
                    operation: .oldJobs, rows: SweepPolicy.rows(status.rawValue, type), old: before, new: after)
            }
            let isOne =
                found.count == JobStatus.finished.count
                && found.allSatisfy { $0.old == found[0].old && $0.new == found[0].new }
            shorter +=
                isOne
                ? [
                    ShorterRetention(
                        operation: .oldJobs, rows: SweepPolicy.rows("finished", type), old: found[0].old,
                        new: found[0].new)
                ] : found
        }
        return shorter
    }

    private func downloads(since old: SweepPolicy) -> [ShorterRetention] {
        let before = old.oldDownloads.enabled ? old.oldDownloads.keep : nil
        guard oldDownloads.enabled, before.map({ oldDownloads.keep < $0 }) ?? true else { return [] }
        return [
            ShorterRetention(
                operation: .oldDownloads, rows: "records of downloads", old: before, new: oldDownloads.keep)
        ]
    }

    private static let noType = ""

    private static func rows(_ status: String, _ type: String?) -> String {
        "\(status) jobs" + (type.map { " of type \($0)" } ?? "")
    }
}
