/// What a run does and how: everything of the configuration that the domain needs.
package struct SweepPolicy: Sendable, Equatable {
    package var staleJobs = StaleJobPolicy()
    package var oldJobs = OldJobPolicy()
    package var oldDownloads = OldDownloadPolicy()
    package var stuckPlans = StuckPlanPolicy()
    package var pacing = PacingPolicy()
    /// What times without an offset are read in.
    package var timeZone = TimeZoneRules.utc
    /// A run that takes longer ends with an error and keeps what it did.
    package var timeLimit: Duration = .seconds(5 * 60)

    package init() {}

    /// Whether the configuration switches the operation on.
    package func isEnabled(_ operation: Operation) -> Bool {
        switch operation {
        case .staleJobs: staleJobs.enabled
        case .oldJobs: oldJobs.enabled
        case .oldDownloads: oldDownloads.enabled
        case .stuckPlans: stuckPlans.enabled
        }
    }

    /// The operations that are switched on, in run order.
    package var enabledOperations: [Operation] {
        Operation.allCases.filter(isEnabled)
    }
}

/// When an old download record goes.
package struct OldDownloadPolicy: Sendable, Equatable {
    package static let defaultKeep: Duration = .days(14)

    package var enabled = true
    /// A record whose timestamp is older than this is deleted.
    package var keep = defaultKeep

    package init() {}
}

/// Whether plans that wait for nothing go back to DRAFT.
package struct StuckPlanPolicy: Sendable, Equatable {
    package static let defaultGrace: Duration = .minutes(10)

    package var enabled = true
    /// A plan that was made or touched within this time stays: its job may not be there yet.
    package var grace = defaultGrace

    package init() {}
}

extension Duration {
    package static func minutes(_ count: Int) -> Duration { .seconds(count * 60) }
    package static func hours(_ count: Int) -> Duration { .seconds(count * 3600) }
    package static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
}
