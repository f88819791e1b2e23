/// A rule that keeps one table short, as a configuration or a preset says it. It becomes an operation like the others.
package struct Rule: Sendable, Equatable {
    /// Values that a rule names, by column, in the order in which they were written.
    package struct Named<Content: Sendable & Equatable>: Sendable, Equatable {
        package var column: String
        package var content: Content

        package init(_ column: String, _ content: Content) {
            self.column = column
            self.content = content
        }
    }

    /// How long a row with a value is kept; nil for ever.
    package struct Keep: Sendable, Equatable {
        package var value: RuleValue
        package var keep: Duration?

        package init(_ value: RuleValue, _ keep: Duration?) {
            self.value = value
            self.keep = keep
        }
    }

    /// A table, or a column of it, that a database may have.
    package struct Presence: Sendable, Equatable {
        package var table: TableReference
        package var column: String?

        package init(_ table: TableReference, column: String?) {
            self.table = table
            self.column = column
        }
    }

    package enum Time: Sendable, Equatable {
        case column(String)
        case byValue(of: String, [Named<RuleValue>])
    }

    package var name: OperationName
    package var isEnabled = true
    package var table: TableReference
    /// None for the primary key.
    package var key: [String] = []
    package var time: Time
    package var reading = TimeReading()
    /// Nil for ever.
    package var keep: Duration?
    package var keepBy: [Named<[Keep]>] = []
    package var only: [Named<[RuleValue]>] = []
    package var except: [Named<[RuleValue]>] = []
    package var newest: NewestRule?
    package var references: [ColumnReference] = []
    package var dependents: [Dependents] = []
    package var maxRows: Int?
    /// The rule is for databases that have these, and none of those.
    package var onlyIf: [Presence] = []
    package var notIf: [Presence] = []
    /// What a person may have said of it.
    package var about: String?

    package init(_ name: OperationName, table: TableReference, time: Time, keep: Duration?) {
        self.name = name
        self.table = table
        self.time = time
        self.keep = keep
    }
}

extension Rule {
    /// The operation that this rule is.
    /// - Parameter span: how far a run is at its beginning and at its end, in percent.
    package func operation(span: ClosedRange<Int>) -> RetentionRule {
        let source = source
        let exceptions = keepBy.map { by in
            Retention.Exception(
                column: by.column,
                keep: Dictionary(
                    by.content.flatMap { one in one.value.meant.map { ($0, one.keep) } }, uniquingKeysWith: { $1 }))
        }
        var rule = RetentionRule(
            name, wording: wording(span: span), noun: noun, table: table, key: key, time: source,
            retention: Retention(keep, exceptions))
        rule.isEnabled = isEnabled
        rule.isOfConfiguration = true
        var conditions = only.map { Condition.isIn($0.column, $0.content.flatMap(\.meant)) }
        if case .byValue(let column, let choices) = source {
            conditions.append(.isIn(column, choices.flatMap(\.values)))
        }
        conditions += except.map { .isNotIn($0.column, $0.content.flatMap(\.meant)) }
        rule.condition = .all(conditions)
        rule.columns = columns(source)
        rule.newest = newest
        rule.references = references
        rule.dependents = dependents.filter(\.isEnabled)
        rule.maxRows = maxRows
        rule.onlyIf = onlyIf
        rule.notIf = notIf
        rule.remedy = "set its table and columns right, or set `enabled: false` in it"
        rule.rows = { values in
            let named = values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.displayText)" }
            return "rows of \(table)" + (named.isEmpty ? "" : " with \(named.joined(separator: ", "))")
        }
        return rule
    }

    private var noun: RowNoun { RowNoun(one: "row of \(table)", many: "rows of \(table)") }

    private func wording(span: ClosedRange<Int>) -> OperationWording {
        OperationWording(
            title: name.rawValue, heading: name.rawValue.uppercased(), progress: "Deleting old rows of \(table)...",
            span: span, outcome: "rows of \(table) %deleted")
    }

    private var source: TimeSource {
        switch time {
        case .column(let column): .column(column)
        case .byValue(let column, let choices):
            .byValue(of: column, choices.map { TimeSource.Choice($0.content.meant, $0.column) })
        }
    }

    /// Everything that the decision rests on; it stands guard too.
    private func columns(_ source: TimeSource) -> [ReadColumn] {
        let times = source.read.map { column in
            var column = column
            if column.isTime { column.reading = reading }
            return column
        }
        let named =
            only.map(\.column) + except.map(\.column) + keepBy.map(\.column) + (newest?.per ?? [])
            + dependents.filter(\.isEnabled).compactMap(\.parentColumn)
        return (times + named.map { ReadColumn($0) }).reduce(into: []) { columns, column in
            if !columns.contains(where: { $0.name.isSame(as: column.name) && ($0.isTime || !column.isTime) }) {
                columns.append(column)
            }
        }
    }
}
