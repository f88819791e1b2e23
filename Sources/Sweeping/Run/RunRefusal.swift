/// Why a run didn't start although nothing is broken.
package enum RunRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// Another run of jobsweep holds the database; nil when the holder hasn't written its name yet.
    case underWay(RunHolder?)
    /// The application's own cleanup job is running.
    case applicationCleanup(jobID: String)

    package var description: String {
        switch self {
        case .underWay(let holder?):
            "another run is under way on this database: run \(holder.runID), process \(holder.processID)\(holder.host.map { " on \($0)" } ?? ""),"
                + " started \(holder.startedAt.rfc3339)"
                + (holder.leaseSeconds.map { "; should it be gone, another may begin in \($0) s" } ?? "")
        case .underWay(nil):
            "another run is under way on this database; its process hasn't said which yet"
        case .applicationCleanup(let jobID):
            "the application's own cleanup job \(jobID) is running on this database"
        }
    }

    /// The value of the metric's `reason` label.
    package var reason: SkippedRunReason {
        switch self {
        case .underWay: .overlap
        case .applicationCleanup: .applicationCleanup
        }
    }
}

/// Why a run that was due didn't start.
package enum SkippedRunReason: String, CaseIterable, Sendable, Hashable, Codable {
    case overlap
    case misfire
    case applicationCleanup = "application_cleanup"
}
