/// A change that needs no more said than that it is to be made.
package enum Approval: Sendable, Equatable {
    case approved
}

extension OldJobPolicy {
    /// Whether the finished job is old enough at `now` to be deleted. A job without a completion time is kept.
    package func verdict(on job: JobRecord, now: Timestamp) -> Verdict<Approval> {
        guard let (status, _) = JobStatus.reading(job.status), status.isFinished else { return .keep }
        switch job.completedAt {
        case .null: return .keep
        case .unreadable: return .skip(.unreadable)
        case .at(let completed):
            return completed < now - keep(status: status, type: job.type) ? .change(.approved) : .keep
        }
    }
}

extension OldDownloadPolicy {
    /// Whether the download record is old enough at `now` to be deleted.
    package func verdict(on download: DownloadRecord, now: Timestamp) -> Verdict<Approval> {
        switch download.timestamp {
        case .null: .keep
        case .unreadable: .skip(.unreadable)
        case .at(let handled): handled < now - keep ? .change(.approved) : .keep
        }
    }
}
