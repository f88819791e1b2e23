/// Which runs a list has; nil for any.
package struct RunFilter: Sendable, Equatable {
    package var phase: RunRecord.Phase?
    package var trigger: Trigger?
    package var kind: Kind?
    /// When they started: from the first instant on, and before the second.
    package var span: Range<Timestamp>?

    package init() {}

    package enum Kind: String, Sendable, CaseIterable {
        case runs
        case previews
        /// What puts a run's rows back, trials included.
        case restores
    }
}

/// How many runs of one day, in UTC, ended in which way.
package struct RunDay: Sendable, Equatable {
    /// Midnight.
    package var start: Timestamp
    package var phases: [RunRecord.Phase: Int]

    package init(start: Timestamp, phases: [RunRecord.Phase: Int]) {
        self.start = start
        self.phases = phases
    }

    package var runs: Int { phases.values.reduce(0, +) }
}
