/// An operation before it is configured: what can be set about it, and how it is made.
package struct OperationKind: Sendable {
    package let name: OperationName
    /// Everything about it that can be set, in the order in which it is shown. Several operations may name the same setting.
    package let settings: [any OperationSettingFacts]
    package let make: @Sendable (SettingValues) -> any SweepOperation

    package init(
        _ name: OperationName, settings: [any OperationSettingFacts],
        make: @escaping @Sendable (SettingValues) -> any SweepOperation
    ) {
        self.name = name
        self.settings = settings
        self.make = make
    }

    /// Every operation that comes built in, in the order in which a run does them.
    package static let all: [OperationKind] = [StaleJobs.kind, OldJobs.kind, OldDownloads.kind, StuckPlans.kind]
}
