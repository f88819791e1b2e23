/// Rows that a rule deletes sooner than it did under an earlier configuration.
package struct ShorterRetention: Sendable, Equatable {
    package var operation: OperationName
    /// Such as `failed jobs of type export`.
    package var rows: String
    /// How long they were kept; nil for ever.
    package var old: Duration?
    package var new: Duration

    package init(operation: OperationName, rows: String, old: Duration?, new: Duration) {
        self.operation = operation
        self.rows = rows
        self.old = old
        self.new = new
    }
}

extension SweepPolicy {
    /// What this policy deletes sooner than `old` did, in run order.
    package func shorterRetentions(since old: SweepPolicy) -> [ShorterRetention] {
        operations.flatMap { operation -> [ShorterRetention] in
            guard let rule = operation as? RetentionRule, rule.isEnabled else { return [] }
            let before = old.operation(rule.name) as? RetentionRule
            return rule.shorterRetentions(since: before?.isEnabled == true ? before?.retention : nil)
        }
    }
}

extension RetentionRule {
    /// - Parameter old: nil where rows were kept for ever.
    func shorterRetentions(since old: Retention?) -> [ShorterRetention] {
        kinds(since: old).flatMap { kind -> [ShorterRetention] in
            let parts = words.map { word in word.values.map { kind.merging([word.column: $0]) { $1 } } } ?? [kind]
            let shorter = parts.compactMap { shorterRetention(of: $0, since: old) }
            guard let first = shorter.first, shorter.count == parts.count,
                shorter.allSatisfy({ $0.old == first.old && $0.new == first.new })
            else { return shorter }
            return [ShorterRetention(operation: name, rows: rows(kind), old: first.old, new: first.new)]
        }
    }

    private func shorterRetention(of kind: [String: Value], since old: Retention?) -> ShorterRetention? {
        func keep(_ retention: Retention?) -> Duration? { retention?.keep { kind[$0] ?? .null } }
        guard let new = keep(retention), keep(old).map({ new < $0 }) ?? true else { return nil }
        return ShorterRetention(operation: name, rows: rows(kind), old: keep(old), new: new)
    }

    /// The kinds of rows that either retention tells apart, by columns that may hold anything. A column that isn't named stands for every
    /// value that nobody names.
    private func kinds(since old: Retention?) -> [[String: Value]] {
        let exceptions = (retention.exceptions + (old?.exceptions ?? [])).filter { $0.column != words?.column }
        var kinds: [[String: Value]] = [[:]]
        var seen: [String] = []
        for column in exceptions.map(\.column) where !seen.contains(column) {
            seen.append(column)
            let named = Set(exceptions.filter { $0.column == column }.flatMap(\.keep.keys))
            let values = named.sorted { $0.displayText < $1.displayText }
            kinds += kinds.flatMap { kind in values.map { kind.merging([column: $0]) { $1 } } }
        }
        return kinds
    }
}
