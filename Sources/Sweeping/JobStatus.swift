/// A job's status, as far as jobsweep knows it. Any other status is somebody else's: such a row is left alone.
package enum JobStatus: String, CaseIterable, Sendable, Hashable {
    case pending
    case running
    case completed
    case failed
    case cancelled
    /// Neither active nor over: nobody waits for it any more.
    case cancelling

    /// The status and spelling of a row's text; nil for anything that isn't wholly lower or wholly upper case.
    package static func reading(_ text: String) -> (status: JobStatus, spelling: Spelling)? {
        for spelling in Spelling.allCases {
            for status in allCases where status.spelled(spelling).isSame(as: text) {
                return (status, spelling)
            }
        }
        return nil
    }

    /// Not finished: what `stale_jobs` looks at, and what keeps a plan waiting with reason.
    package static let active: [JobStatus] = [.running, .pending]

    /// Finished: what `old_jobs` deletes once it is old.
    package static let finished: [JobStatus] = [.completed, .failed, .cancelled]

    package var isActive: Bool { JobStatus.active.contains(self) }
    package var isFinished: Bool { JobStatus.finished.contains(self) }

    /// The word as a row with this spelling has it.
    package func spelled(_ spelling: Spelling) -> String {
        switch spelling {
        case .lower: rawValue
        case .upper: rawValue.uppercased()
        }
    }

    /// How the application wrote a word; what jobsweep writes keeps the row's own spelling.
    package enum Spelling: CaseIterable, Sendable, Hashable {
        case lower
        case upper
    }
}
