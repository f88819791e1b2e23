import PrometheusText
import Sweeping

/// The metrics that tell operations apart, for the operations that there are.
package struct OperationMetrics: Sendable {
    let operations: [OperationName]
    /// Those that runs take up unless they are asked for others.
    let enabled: Set<OperationName>
    /// The counters of what runs do, which are kept across restarts.
    let counted: [MetricDescriptor]
    let lastDuration: MetricDescriptor
    let lastRows: MetricDescriptor
    let backlog: MetricDescriptor
    let held: MetricDescriptor

    /// With the operations that come built in.
    package static let standard = OperationMetrics(SweepPolicy())

    package init(_ policy: SweepPolicy) {
        let facts = policy.catalogue
        enabled = Set(policy.enabledOperations)
        operations = facts.map(\.name)
        let operation = MetricLabel(name: "operation", values: facts.map(\.name.rawValue))
        let deleting = MetricLabel(name: "operation", values: facts.filter(\.deletes).map(\.name.rawValue))
        let own = facts.compactMap(\.metric).map { metric in
            MetricDescriptor(
                name: metric.name, kind: .counter, help: metric.help,
                labels: metric.labels.map { MetricLabel(name: $0.name, values: $0.values) })
        }
        counted =
            own + [
                MetricDescriptor(
                    name: MetricName.rowsDeleted, kind: .counter,
                    help: "Rows deleted, by every operation that deletes, jobs and downloads included.",
                    labels: [deleting]),
                MetricDescriptor(
                    name: MetricName.dependentsDeleted, kind: .counter,
                    help: "Rows of other tables that went with deleted rows.", labels: [deleting]),
                MetricDescriptor(
                    name: MetricName.rowsSkipped, kind: .counter,
                    help:
                        "Rows left alone on purpose, with the reason: their job is alive, the application changed them meanwhile, a time that decides can't be read or lies in the future, a status is unknown, an active row refers to them, or they are locked.",
                    labels: [operation, MetricLabel(name: "reason", values: SkipReason.allCases.map(\.rawValue))]),
                MetricCatalogue.runs, MetricCatalogue.runsSkipped,
                MetricDescriptor(
                    name: MetricName.errors, kind: .counter,
                    help: "Cleanup errors, of an operation or of the run itself.",
                    labels: [
                        MetricLabel(name: "operation", values: facts.map(\.name.rawValue) + [RunError.runLabel])
                    ]),
            ]
        lastDuration = MetricDescriptor(
            name: MetricName.lastOperationDuration, kind: .gauge,
            help: "How long each operation of the last run took.", labels: [operation])
        held = MetricDescriptor(
            name: MetricName.held, kind: .gauge,
            help:
                "1 while an operation is held, because something about it is out of the ordinary; approve lets it go on.",
            labels: [operation])
        lastRows = MetricDescriptor(
            name: MetricName.lastRows, kind: .gauge, help: "Rows that the last run changed.", labels: [operation])
        backlog = MetricDescriptor(
            name: MetricName.backlog, kind: .gauge,
            help:
                "Rows still eligible after the last run; NaN where that isn't known (no run yet, the operation didn't get its turn, the"
                + " database can't be looked at).",
            labels: [operation])
    }
}
