/// What a run does and how: everything of the configuration that the domain needs.
package struct SweepPolicy: Sendable {
    /// Every operation, in the order in which a run does them, switched on or not.
    package var operations: [any SweepOperation]
    /// What bars a run; nil for nothing.
    package var applicationCleanup: ApplicationCleanup?
    package var pacing: PacingPolicy
    /// Rows that were put back and that runs leave alone for now.
    package var heldBack = HeldBack()
    /// What times without an offset are read in.
    package var timeZone: TimeZoneRules
    /// A run that takes longer ends with an error and keeps what it did.
    package var timeLimit: Duration
    /// So many times an operation's usual rows are a surge; nil for no such brake.
    package var surge: Int?
    /// The most rows that an operation changes in one run; nil for no limit.
    package var maxRows: Int?

    /// How far a run is after its last operation, in percent.
    private static let end = 99

    package static let defaultTimeLimit: Duration = .minutes(5)

    /// - Parameters:
    ///   - hasJobs: whether the database is of the application whose operations are built in.
    ///   - rules: what keeps other tables short; a run does them last.
    package init(
        _ settings: SettingValues = SettingValues(), hasJobs: Bool = true, rules: [Rule] = [],
        pacing: PacingPolicy = PacingPolicy(), timeZone: TimeZoneRules = .utc, timeLimit: Duration = defaultTimeLimit
    ) {
        let builtIn = hasJobs ? OperationKind.all.map { $0.make(settings) } : []
        let begin = builtIn.last?.wording.span.upperBound ?? 10
        operations =
            builtIn
            + rules.enumerated().map { place, rule in
                let share = { begin + (SweepPolicy.end - begin) * $0 / rules.count }
                return rule.operation(span: share(place)...share(place + 1))
            }
        applicationCleanup = hasJobs ? ApplicationCleanup(settings) : nil
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
