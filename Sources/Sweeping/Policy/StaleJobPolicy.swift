/// When a job that isn't finished counts as dead.
package struct StaleJobPolicy: Sendable, Equatable {
    package static let defaultTimeout: Duration = .minutes(30)
    package static let defaultHeartbeatGrace: Duration = .minutes(10)
    package static let defaultTimeouts: [String: Duration] = [
        JobType.sync.rawValue: .minutes(30),
        JobType.syncScenes.rawValue: .minutes(30),
        JobType.analysis.rawValue: .minutes(60),
        JobType.applyPlan.rawValue: .minutes(30),
        JobType.generateDetails.rawValue: .minutes(45),
        JobType.export.rawValue: .minutes(15),
        JobType.import.rawValue: .minutes(15),
        JobType.cleanup.rawValue: .minutes(5),
    ]

    package var enabled = true
    /// The timeout of every type that `timeouts` doesn't name.
    package var defaultTimeout = StaleJobPolicy.defaultTimeout
    /// Timeouts by type, in lower case.
    package var timeouts = StaleJobPolicy.defaultTimeouts
    /// A job whose row was updated within this time is alive whatever its age; zero turns the rule off.
    package var heartbeatGrace = StaleJobPolicy.defaultHeartbeatGrace

    package init() {}

    /// The timeout of a type as a row spells it.
    package func timeout(of type: String) -> Duration {
        timeouts[JobType.normalized(type)] ?? defaultTimeout
    }
}
