/// What set a run off.
package enum Trigger: String, CaseIterable, Sendable, Hashable, Codable {
    case schedule
    case startup
    case api
    case cli
}

/// One run as it was asked for.
package struct RunRequest: Sendable, Equatable {
    package var runID: String
    package var trigger: Trigger
    package var dryRun: Bool
    /// In run order.
    package var operations: [OperationName]
    /// Who asked for it; nil for runs of versions that didn't note it.
    package var by: Requester?

    package init(
        runID: String, trigger: Trigger, dryRun: Bool, operations: [OperationName], by requester: Requester? = nil
    ) {
        self.runID = runID
        self.trigger = trigger
        self.dryRun = dryRun
        self.operations = operations
        by = requester
    }
}
