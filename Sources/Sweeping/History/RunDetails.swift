/// What a run's own page shows beside its report.
package struct RunDetails: Sendable, Equatable, Codable {
    /// What one operation did.
    package struct Operation: Sendable, Equatable, Codable {
        /// Rows by the labels of the operation's own metric, such as a job's type.
        package var types: [String: Int] = [:]
        package var dependents = 0
        package var skipped: [String: Int] = [:]
        package var errors = 0
        package var seconds: Double = 0
        package var samples: [RowSample] = []
    }

    /// By the operations' names.
    package var operations: [String: Operation]
    /// Transactions that wrote, and for how many seconds they held the write lock together.
    package var batches: Int
    package var lockSeconds: Double

    package init(_ report: RunReport) {
        operations = [:]
        for facts in report.catalogue {
            guard let result = report.results[facts.name] else { continue }
            var operation = Operation()
            if let metric = facts.metric {
                for (labels, count) in result.counts[metric.name] where !labels.isEmpty {
                    operation.types[labels.joined(separator: " ")] = count
                }
            }
            operation.dependents = result.dependents
            operation.skipped = Dictionary(
                uniqueKeysWithValues: result.skipped.filter { $0.value > 0 }.map { ($0.key.rawValue, $0.value) })
            operation.errors = result.errorCount
            operation.seconds = result.duration.inSeconds
            operation.samples = result.samples
            operations[facts.name.rawValue] = operation
        }
        batches = report.lockHeld.counts.reduce(0, +)
        lockSeconds = report.lockHeld.sum
    }
}
