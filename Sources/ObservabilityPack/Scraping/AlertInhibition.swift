/// An alert that explains others on the same instance, which are kept quiet while it fires.
struct AlertInhibition: Sendable {
    enum Targets: Sendable {
        case everyOther
        case these([AlertName])
    }

    let source: AlertName
    let targets: Targets
    let reason: String

    static let all = [
        AlertInhibition(
            source: .down, targets: .everyOther,
            reason: "What can't be scraped can't be judged."),
        AlertInhibition(
            source: .databaseUnreachable,
            targets: .these([
                .cleanupErrors, .runsFailing, .noRecentSuccess, .runOverdue, .runStuck, .backlogNotDraining,
            ]),
            reason: "Without its database no run can succeed."),
        AlertInhibition(
            source: .runsFailing, targets: .these([.cleanupErrors, .noRecentSuccess, .backlogNotDraining]),
            reason: "Failing runs have errors, don't succeed and leave a backlog."),
        AlertInhibition(
            source: .clockSuspect,
            targets: .these([.cleanupErrors, .runsFailing, .noRecentSuccess, .backlogNotDraining]),
            reason: "No run begins until the clock is right."),
        AlertInhibition(
            source: .runStuck, targets: .these([.noRecentSuccess, .runOverdue]),
            reason: "A stuck run keeps every later one from starting."),
        AlertInhibition(
            source: .noRecentSuccess, targets: .these([.cleanupErrors, .runOverdue, .backlogNotDraining]),
            reason: "The page says more than the warnings that led to it."),
        AlertInhibition(
            source: .cleanupErrors, targets: .these([.backlogNotDraining]),
            reason: "Rows with errors stay in the backlog."),
    ]

    /// The matchers of the alerts that are kept quiet. An alert never matches both sides.
    var targetMatchers: [(name: String, comparison: String, value: String)] {
        switch targets {
        case .everyOther:
            [("alertname", "=~", "Jobsweep.+"), ("alertname", "!=", source.rawValue)]
        case .these(let names):
            [("alertname", "=~", names.map(\.rawValue).joined(separator: "|"))]
        }
    }
}
