/// What a run does and how: everything of the configuration that the domain needs.
package struct SweepPolicy: Sendable {
    /// Every operation, in the order in which a run does them, switched on or not.
    package var operations: [any SweepOperation]
    /// What bars a run; nil for nothing.
    package var applicationCleanup: ApplicationCleanup?
    package var pacing: PacingPolicy
    /// What times without an offset are read in.
    package var timeZone: TimeZoneRules
    /// A run that takes longer ends with an error and keeps what it did.
    package var timeLimit: Duration

    package static let defaultTimeLimit: Duration = .minutes(5)

    package init(
        _ settings: SettingValues = SettingValues(), pacing: PacingPolicy = PacingPolicy(),
        timeZone: TimeZoneRules = .utc, timeLimit: Duration = defaultTimeLimit
    ) {
        operations = OperationKind.all.map { $0.make(settings) }
        applicationCleanup = ApplicationCleanup(settings)
        self.pacing = pacing
        self.timeZone = timeZone
        self.timeLimit = timeLimit
    }

    /// The operations that are switched on, in run order.
    package var enabledOperations: [OperationName] {
        operations.filter(\.isEnabled).map(\.name)
    }

    /// What others need to know of all operations, in run order.
    package var catalogue: [OperationFacts] { operations.map(OperationFacts.init) }

    /// The names of all operations, in run order.
    package var operationNames: [OperationName] { operations.map(\.name) }

    /// The operations of `chosen`, each once, in the order in which a run does them.
    package func inRunOrder(_ chosen: some Sequence<OperationName>) -> [OperationName] {
        let wanted = Set(chosen)
        return operationNames.filter(wanted.contains)
    }

    package func operation(_ name: OperationName) -> (any SweepOperation)? {
        operations.first { $0.name == name }
    }
}
