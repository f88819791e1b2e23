/// How long a finished job is kept after it was completed.
package struct OldJobPolicy: Sendable, Equatable {
    package static let defaultKeep: Duration = .days(30)

    package var enabled = true
    /// The retention of jobs that neither `keepByStatus` nor `keepByType` names.
    package var keep = OldJobPolicy.defaultKeep
    package var keepByStatus: [JobStatus: Duration] = [:]
    /// Retention by type, in lower case.
    package var keepByType: [String: Duration] = [:]

    package init() {}

    /// The retention of a job; where a rule for its status and one for its type both apply, the longer wins.
    package func keep(status: JobStatus, type: String) -> Duration {
        switch (keepByStatus[status], keepByType[JobType.normalized(type)]) {
        case (let byStatus?, let byType?): max(byStatus, byType)
        case (let byStatus?, nil): byStatus
        case (nil, let byType?): byType
        case (nil, nil): keep
        }
    }

    /// The shortest retention that any job can have: nothing younger needs to be looked at.
    package var shortestKeep: Duration {
        (Array(keepByStatus.values) + Array(keepByType.values)).reduce(keep, min)
    }
}
